"""Of every sort one."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.upgrades import AddColumn, Check, Fill, Index


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("members", "0001_initial"), ("activities", "0001_initial")]
    operations: ClassVar = [
        AddColumn("member", "mood", "text not null default ''"),
        AddColumn("activity", "weather", "text"),
        Fill("member", "mood = 'glad'", where="mood = ''", at_once=500),
        Check("member", "member_mood", "length(mood) < 100"),
        Index("member", "member_by_mood", "program_id, mood"),
        Index("activity", "activity_by_shop", "program_id, shop, id"),
    ]

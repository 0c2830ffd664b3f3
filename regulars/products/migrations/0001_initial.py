"""Tables of `regulars.products`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.products", "schema/0001_products.sql")),
        migrations.RunSQL(secure("product")),
        migrations.RunSQL(secure("product_price")),
        migrations.RunSQL("revoke delete on product_price from regulars_app"),
    ]

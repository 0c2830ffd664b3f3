"""Go over to another organization or program of one's own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from regulars.console.desk import ORGANIZATION, PROGRAM, run
from regulars.staff.queries import desks


@require_POST
@login_required
def to(request: HttpRequest) -> HttpResponse:
    """What is not one's own cannot be chosen: it is passed over in silence."""
    wanted = request.POST.get("to", "")
    staff: Any = request.user
    for place in run(desks(staff.pk)):
        ids = {str(place.organization_id), *(str(program.id) for program in place.programs)}
        if wanted in ids:
            request.session[ORGANIZATION] = str(place.organization_id)
            request.session[PROGRAM] = wanted
    return redirect("console:overview")

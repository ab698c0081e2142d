from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontend.context import LOOKS
from frontend.pages.returning import is_ours

YEAR_S = 365 * 24 * 3600


# It sets how pages look and nothing else; without a token in its form, a page is the same for every reader.
@csrf_exempt
@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Keep what the form says of a theme or a density; a word that is neither takes the choice back."""
    back = request.POST.get("next", "")
    answer = redirect(back if is_ours(request, back) else "/")
    for name in LOOKS.keys() & request.POST.keys():
        chosen = request.POST[name]
        if chosen in LOOKS[name]:
            answer.set_cookie(name, chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
        else:
            answer.delete_cookie(name)
    return answer

from django.urls import path

from reports.views import bulletins, dossiers, figures, home, plans

urlpatterns = [
    path("c/<int:campaign>/", home.campaign_home, name="campaign_home"),
    path("c/<int:campaign>/dossiers/<int:checklist>/<int:item>/", dossiers.dossier, name="dossier_pdf"),
    path("c/<int:campaign>/plan/<str:paper>.pdf", plans.plan_paper, name="plan_paper"),
    path("c/<int:campaign>/bulletins/", bulletins.bulletin_list, name="bulletin_list"),
    path("c/<int:campaign>/bulletins/new/", bulletins.bulletin_new, name="bulletin_new"),
    path("c/<int:campaign>/bulletins/<int:pk>/", bulletins.bulletin_detail, name="bulletin_detail"),
    path("c/<int:campaign>/bulletins/<int:pk>/edit/", bulletins.bulletin_edit, name="bulletin_edit"),
    path("c/<int:campaign>/bulletins/<int:pk>/move/", bulletins.bulletin_move, name="bulletin_move"),
    path("c/<int:campaign>/bulletins/<int:pk>/correct/", bulletins.bulletin_correct, name="bulletin_correct"),
    path("c/<int:campaign>/bulletins/<int:pk>/paper.pdf", bulletins.bulletin_pdf, name="bulletin_pdf"),
    path("c/<int:campaign>/bulletins/<int:pk>/signature/", bulletins.bulletin_signature, name="bulletin_signature"),
    path("c/<int:campaign>/bulletins/<int:pk>/rate/", figures.figure_rate, name="figure_rate"),
    path("c/<int:campaign>/bulletins/<int:pk>/rows/<str:column>/", figures.figure_rows, name="figure_rows"),
    path(
        "c/<int:campaign>/bulletins/<int:pk>/progress/<int:project>/<str:column>/",
        figures.figure_progress,
        name="figure_progress",
    ),
]

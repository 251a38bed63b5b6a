from django.urls import path

from accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("demo/", views.demo_enter, name="demo_enter"),
    path("password/<str:uid>/<str:token>/", views.password_set, name="password_set"),
    path("start/<str:token>/", views.first_start, name="first_start"),
    path("me/", views.profile, name="profile"),
    path("language/", views.language_set, name="language_set"),
    path("suggestions/", views.feedback_new, name="feedback_new"),
]

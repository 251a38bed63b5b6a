from django.urls import path

from notices import views

urlpatterns = [
    path("messages/", views.notice_list, name="notice_list"),
    path("messages/read/", views.notice_read_all, name="notice_read_all"),
    path("messages/<int:pk>/", views.notice_open, name="notice_open"),
]

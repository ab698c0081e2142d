from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "leaderboard.queue"

    def ready(self) -> None:
        from leaderboard.queue import files, transport

        transport.register()
        files.register()

"""Whether the server's broker can be used, in words for an operator."""

from amqp.exceptions import AccessRefused, AMQPError
from django.conf import settings

from leaderboard.queue.broker import server_app

_TIMEOUT_S = 5


def why_unusable() -> str | None:
    """Return in one line why the broker cannot be used, or None when it can be, or is a folder.

    Connects, and declares the queue of the server's tasks as a worker does; the password is in none of the words.
    """
    if settings.BROKER_URL.startswith("filesystem://"):
        return None
    try:
        with server_app.connection_for_write(connect_timeout=_TIMEOUT_S) as connection:
            connection.connect()
            for queue in server_app.amqp.queues.values():
                queue(connection.default_channel).declare()
    except AccessRefused as error:
        right = "user and password, and the rights to configure, write and read"
        return f"the broker of BROKER_URL refuses: {error.reply_text}; check {right}"
    except AMQPError as error:
        return f"the broker of BROKER_URL refuses: {getattr(error, 'reply_text', '') or type(error).__name__}"
    except OSError as error:
        return f"the broker of BROKER_URL does not answer: {error}; start it, or correct the address"
    return None

import http.client

TIMEOUT_S = 1.0


def answers(port: int) -> bool:
    """Say whether the web process serves; the socket itself is open from the start and proves nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

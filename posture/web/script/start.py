"""Start of the server: Streamlit's own command line, behind limits on connections."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

WANTED_FILES = 8192
"""Open files and connections; many systems start programs with 256 or 1,024."""

ANSWERS: Final = frozenset({"file_urls_response", "backend_operation_response", "heartbeat_ack"})
"""Messages that answer a question of the browser, which waits for them."""


def start() -> None:
    """Run Streamlit with the arguments of this process, until it ends or Ctrl-C ends it."""
    try:
        _serve()
    except (KeyboardInterrupt, RuntimeError) as error:
        # Ctrl-C is how the app is closed; Streamlit's command line calls it aborted.
        if not isinstance(error.__cause__ or error, KeyboardInterrupt):
            raise
        sys.exit(0)


def _serve() -> None:
    # Imported here: it takes seconds, in which Ctrl-C must end the program as quietly.
    from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
    from streamlit.web import bootstrap
    from streamlit.web.cli import main
    from uvicorn.config import HTTP_PROTOCOLS

    HTTP_PROTOCOLS["auto"] = "posture.web.lan.connections:GuardedHTTP"
    bootstrap.run = refuse_without_gate
    keep_answers(ForwardMsgQueue)
    _allow_many_files()
    main(standalone_mode=False)


def refuse_without_gate(*_: object, **__: object) -> NoReturn:
    """End the server in place of Streamlit's way to serve a script that holds no application.

    It takes that way, and shows the pages to everybody, when it finds no application in the
    server's script, a damaged one for example.
    """
    sys.exit(
        "The app was not started: its server script is damaged, and without it everybody could "
        "open the pages. Install posture again."
    )


def keep_answers(queue: type[ForwardMsgQueue]) -> None:
    """Have queues of messages to a browser keep its answers when a page is drawn anew.

    Streamlit then drops all that has not been sent yet, the place to which a photo may be uploaded
    among it. Whoever chose one at that moment would wait for ever, and be told nothing.
    """
    clear = queue.clear

    def clear_but_for_answers(
        self: ForwardMsgQueue,
        retain_lifecycle_msgs: bool = False,  # noqa: FBT001, FBT002  # as the library calls it
        fragment_ids_this_run: list[str] | None = None,
    ) -> None:
        before = self._queue if retain_lifecycle_msgs else []
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run)
        held = {id(each) for each in self._queue}
        left = (each for each in before if id(each) not in held)
        self._queue += [each for each in left if each.WhichOneof("type") in ANSWERS]

    queue.clear = clear_but_for_answers  # type: ignore[method-assign]


def _allow_many_files() -> None:
    # Windows has neither the module nor such a limit.
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    start()

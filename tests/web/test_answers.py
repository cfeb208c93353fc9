"""Answers of the server to questions of the browser, while the page is being drawn anew."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from urllib.parse import urlsplit

import pytest
from access_server import Running
from raw_steps import Raw, ask_for_page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from websockets.sync.client import ClientConnection

from posture.web.script.start import ANSWERS, keep_answers

ROUNDS = 60
"""Of 130 answers 11 were lost before: by chance, none of 60 would be lost once in 200 times."""


def test_whoever_chooses_a_photo_while_the_page_is_drawn_can_upload_it(address: str) -> None:
    running = Running(port=urlsplit(address).port or 0, log=Path("unused"))
    visitor = Raw(running, host="127.0.0.1").open()
    with visitor.socket() as (socket, session):
        for number in range(ROUNDS):
            ask_for_page(socket)
            sleep(0.0005 * number)
            assert number == _place_for_upload(socket, session, number)


def _place_for_upload(socket: ClientConnection, session: str, number: int) -> int:
    question = BackMsg()
    question.file_urls_request.request_id = str(number)
    question.file_urls_request.file_names.append("me.jpg")
    question.file_urls_request.session_id = session
    socket.send(question.SerializeToString())
    drawn, answered = False, -1
    while not (drawn and answered == number):
        message = ForwardMsg.FromString(socket.recv(timeout=30))
        drawn |= message.HasField("script_finished")
        if message.HasField("file_urls_response"):
            assert message.file_urls_response.file_urls[0].upload_url
            answered = int(message.file_urls_response.response_id)
    return answered


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_a_new_run_drops_what_it_will_draw_again_and_nothing_else(kind: str) -> None:
    class Queue(ForwardMsgQueue):
        pass

    keep_answers(Queue)
    queue, answer, picture = Queue(), ForwardMsg(), ForwardMsg()
    if kind == "heartbeat_ack":
        answer.heartbeat_ack = True
    else:
        getattr(answer, kind).SetInParent()
    picture.delta.new_element.markdown.body = "old"
    for message in (picture, answer):
        queue.enqueue(message)
    for fragments in (["a part of the page"], None):
        queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
    assert queue.flush() == [answer]
    queue.enqueue(answer)
    queue.clear()
    assert queue.is_empty()

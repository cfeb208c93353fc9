"""Stores in buckets and folders, tested with real HTTP to a local S3 server."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from pyarrow import fs
from pyarrow import parquet as pq

from posture.batch.sources import ListingNotes, find_source, items_of
from posture.batch.stores import bucket, exact
from posture.batch.stores.base import Place, is_store_uri, open_store, read_uri
from posture.batch.stores.errors import _denied, _no_keys
from posture.batch.stores.uri import SCHEMES, STORE_ADDRESS, STORES
from posture.errors import PhotoError, SettingsError

MAX = 1 << 20
SAMPLES = Path(__file__).parents[2] / "sample_images"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Host and port of an S3 server."""
    from moto.server import ThreadedMotoServer

    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"{host}:{port}"
    made.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[fs.FileSystem]:
    """A bucket named ``photos``, reachable as the environment says."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server}")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget_connections()
    made = fs.S3FileSystem(
        endpoint_override=server, scheme="http", allow_bucket_creation=True, region="us-east-1"
    )
    made.create_dir("photos")
    yield made
    urlopen(Request(f"http://{server}/moto-api/reset", method="POST")).close()
    forget_connections()


def forget_connections() -> None:
    bucket._filesystem.cache_clear()
    exact._client.cache_clear()


def put(s3: fs.FileSystem, key: str, data: bytes = b"x") -> None:
    with s3.open_output_stream(f"photos/{key}") as stream:
        stream.write(data)


def put_exactly(server: str, key: str, data: bytes = b"x") -> None:
    """Store an object whose key pyarrow would refuse."""
    import boto3

    with closing(boto3.client("s3", endpoint_url=f"http://{server}")) as client:
        client.put_object(Bucket="photos", Key=key, Body=data)


def code_of(call: Callable[..., Any], *arguments: object, **named: object) -> tuple[str, str]:
    with pytest.raises((PhotoError, SettingsError)) as caught:
        list(call(*arguments, **named))  # a listing fails when it is read
    assert "\n" not in str(caught.value)
    return caught.value.code, str(caught.value)


# --- addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "scheme", "path", "options"),
    [
        ("s3://b/a/c", "s3", "b/a/c", ()),
        ("s3://b/a/", "s3", "b/a", ()),
        ("s3://b", "s3", "b", ()),
        ("gcs://b/a", "gs", "b/a", ()),
        ("s3://b/a c/50%20?.jpg", "s3", "b/a c/50%20?.jpg", ()),
        ("s3://b/a#1?region=x&scheme=http", "s3", "b/a#1", (("region", "x"), ("scheme", "http"))),
        ("s3://b/a?region=", "s3", "b/a?region=", ()),
        ("file:///some/a%20b", "file", "/some/a b", ()),
        ("/some/a?region=x", "file", "/some/a?region=x", ()),
    ],
)
def test_addresses_are_parsed(
    text: str, scheme: str, path: str, options: tuple[tuple[str, str], ...]
) -> None:
    place = Place.parse(text)
    assert (place.scheme, place.path, place.options) == (scheme, path, options)
    assert Place.parse(place.uri) == place


@pytest.mark.parametrize("text", ["ftp://host/a", "s3://", "s3:///a", "https://x/y.jpg"])
def test_malformed_addresses_are_refused(text: str) -> None:
    code, sentence = code_of(Place.parse, text)
    assert code == "bad_source"
    assert text in sentence


def test_only_object_stores_are_store_addresses() -> None:
    assert [is_store_uri(text) for text in ("s3://b", "gs://b", "file:///a", "/s3", "s3")] == [
        True,
        True,
        False,
        False,
        False,
    ]


# --- listing and reading -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["s3", "folder"])
def test_folders_and_buckets_list_and_read_the_same(
    kind: str, s3: fs.FileSystem, tmp_path: Path
) -> None:
    names = ["2024/b/2.jpg", "2024/a.jpg", "2024/b/1 ü.jpg", "2024/what?.jpg", "10%20.jpg"]
    for name in names:
        put(s3, f"all/{name}", name.encode())
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    store = open_store("s3://photos/all" if kind == "s3" else str(tmp_path))
    found = list(store.files())
    assert [file.name for file in found] == sorted(names)
    assert all(read_uri(file.uri, max_bytes=MAX) == file.name.encode() for file in found)
    assert all(file.size == len(file.name.encode()) and file.mtime_ns > 0 for file in found)
    assert store.read("2024/a.jpg", max_bytes=MAX) == b"2024/a.jpg"


def test_more_keys_than_fit_into_one_response(
    s3: fs.FileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may give fewer keys than the 1,000 that are asked for; this one gives ten."""
    from moto.s3.models import S3Backend

    whole, sizes = S3Backend._truncate_result, []

    def ten(self: object, keys: list[object], most: int) -> tuple[list[object], bool, object]:
        given, more, rest = whole(self, keys, min(most, 10))
        sizes.append(len(given))
        return given, more, rest

    monkeypatch.setattr(S3Backend, "_truncate_result", ten)
    for number in range(25):
        put(s3, f"many/{number:04d}.jpg")
    found = [file.name for file in open_store("s3://photos/many").files()]
    assert found == [f"{number:04d}.jpg" for number in range(25)]
    assert sizes[-3:] == [10, 10, 5]


def test_listing_is_lazy(s3: fs.FileSystem) -> None:
    put(s3, "tree/1/a.jpg")
    put(s3, "tree/2/b.jpg")
    found = open_store("s3://photos/tree").files()
    assert next(found).name == "1/a.jpg"
    put(s3, "tree/2/c.jpg")  # the second folder had not been asked for yet
    assert [file.name for file in found] == ["2/b.jpg", "2/c.jpg"]


def test_a_single_object_is_listed_alone(s3: fs.FileSystem) -> None:
    put(s3, "one.jpg", b"abc")
    (found,) = open_store("s3://photos/one.jpg").files()
    assert (found.name, found.size, found.uri) == ("one.jpg", 3, "s3://photos/one.jpg")


def test_folder_markers_are_not_files(s3: fs.FileSystem) -> None:
    s3.create_dir("photos/marked/empty", recursive=True)
    put(s3, "marked/a.jpg")
    assert [file.name for file in open_store("s3://photos/marked").files()] == ["a.jpg"]


def test_every_file_keeps_the_options_of_the_address(
    s3: fs.FileSystem, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, "far/a b.jpg", b"abc")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    forget_connections()
    (found,) = open_store(f"s3://photos/far?endpoint_override={server}&scheme=http").files()
    assert read_uri(found.uri, max_bytes=MAX) == b"abc"


def test_file_names_that_are_not_valid_text(tmp_path: Path) -> None:
    import os

    (tmp_path / os.fsdecode(b"a\xff.jpg")).write_bytes(b"abc")
    (found,) = open_store(str(tmp_path)).files()
    assert found.name == r"a\udcff.jpg"
    found.uri.encode()
    assert read_uri(found.uri, max_bytes=MAX) == b"abc"


def test_links_to_files_are_followed_but_never_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.jpg").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "gone.jpg").symlink_to(tmp_path / "nothing")
    (tmp_path / "2.jpg").symlink_to(tmp_path / "a" / "1.jpg")
    found = [file.name for file in open_store(str(tmp_path)).files()]
    assert found == ["2.jpg", "a/1.jpg", "a/gone.jpg"]
    assert code_of(open_store(str(tmp_path)).read, "a/gone.jpg")[0] == "photo_missing"


def test_too_large_files_are_not_read(s3: fs.FileSystem) -> None:
    put(s3, "large.jpg", b"x" * (MAX + 1))
    code, sentence = code_of(read_uri, "s3://photos/large.jpg", max_bytes=MAX)
    assert (code, "larger than 1 MB" in sentence) == ("photo_too_large", True)


# --- writing -------------------------------------------------------------------------------


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("kind", ["s3", "folder"])
def test_files_are_written_and_replaced_atomically(kind: str, tmp_path: Path) -> None:
    store = open_store("s3://photos/out" if kind == "s3" else str(tmp_path / "out"))
    assert not store.exists("rows/part-1.parquet")
    store.write("rows/part-1.parquet", b"first")
    store.write("rows/part-1.parquet", b"second")
    assert store.exists("rows/part-1.parquet")
    assert [file.name for file in store.files()] == ["rows/part-1.parquet"]
    assert store.read("rows/part-1.parquet") == b"second"
    with store.open("rows/part-1.parquet") as file:
        assert (file.seek(2), file.read()) == (2, b"cond")
    store.write("rows/part-0.parquet", b"")
    assert store.names("rows") == ["part-0.parquet", "part-1.parquet"]
    store.remove("rows/part-1.parquet")
    store.remove("rows/part-1.parquet")
    assert (store.names("rows"), store.names(""), store.names("none")) == (
        ["part-0.parquet"],
        [],
        [],
    )


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path))
    store.write("part", b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posture.batch.stores.folder.os.fsync", full)
    code, sentence = code_of(store.write, "part", b"new")
    assert (code, "No space left" in sentence) == ("bad_output", True)
    assert [path.name for path in tmp_path.iterdir()] == ["part"]
    assert (tmp_path / "part").read_bytes() == b"old"


def test_few_requests(s3: fs.FileSystem, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="werkzeug")
    store = open_store("s3://photos/few")

    def asked(call: Callable[..., Any], *arguments: object, **named: object) -> list[str]:
        caplog.clear()
        call(*arguments, **named)
        return [re.findall(r"(?:HEAD|GET|PUT|POST) ", text)[0].strip() for text in caplog.messages]

    assert asked(store.write, "a.jpg", b"x" * 300_000) == ["PUT", "HEAD"]
    assert asked(store.read, "a.jpg", max_bytes=MAX) == ["HEAD", "GET"]
    assert s3.get_file_info("photos/few/a.jpg").size == 300_000


@pytest.fixture(scope="module")
def gcs() -> Iterator[str]:
    """Options of an address for a local server with Google's API."""
    program = Path(__file__).parents[1] / "support" / "gcs_server.py"
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"?endpoint_override=127.0.0.1:{port}&scheme=http&anonymous=true"
        process.kill()


def test_google_cloud_storage(gcs: str) -> None:
    store = open_store(f"gs://photos/all{gcs}")
    contents = {"1.jpg": b"one", "2024/a b.jpg": b"two", "2024/b/c.jpg": b"x" * 300_000}
    for name, data in contents.items():
        store.write(name, data)
    found = list(store.files())  # nobody made markers for the folders
    assert [file.name for file in found] == list(contents)
    assert [file.size for file in found] == [3, 3, 300_000]
    assert [read_uri(file.uri, max_bytes=MAX) for file in found] == list(contents.values())
    with store.open("2024/b/c.jpg") as file:
        assert (file.seek(299_998), file.read()) == (299_998, b"xx")
    assert (store.names(""), store.names("2024")) == (["1.jpg"], ["a b.jpg"])
    store.remove("1.jpg")
    assert (store.exists("1.jpg"), store.exists("2024/a b.jpg")) == (False, True)
    assert code_of(store.read, "2024/b/c.jpg", max_bytes=1000)[0] == "photo_too_large"
    assert code_of(store.read, "1.jpg")[0] == "photo_missing"
    assert code_of(open_store(f"gs://nowhere/a{gcs}").files)[0] == "no_such_bucket"
    assert code_of(open_store(f"gs://photos/none{gcs}").files)[0] == "no_such_source"


# --- what goes wrong -----------------------------------------------------------------------


def test_nothing_at_a_prefix(s3: fs.FileSystem, tmp_path: Path) -> None:
    put(s3, "prefix/a.jpg")
    for place in ("s3://photos/pref", "s3://photos/none/here", str(tmp_path / "none")):
        code, sentence = code_of(open_store(place).files)
        assert (code, place in sentence) == ("no_such_source", True)
    assert code_of(read_uri, "s3://photos/none.jpg", max_bytes=MAX)[0] == "photo_missing"


EMPTY_PARTS = ("a//b.jpg", "a//bc.jpg", "x//y//z ü.jpg", "/lead.jpg")


def test_keys_with_an_empty_part_are_listed_and_read(s3: fs.FileSystem, server: str) -> None:
    for key in ("a/c.jpg", "a/d/e.jpg"):
        put(s3, key, key.encode())
    for key in EMPTY_PARTS:
        put_exactly(server, key, key.encode())
    found = {file.name: file.uri for file in open_store("s3://photos").files()}
    wanted = {"a/c.jpg", "a/d/e.jpg", *EMPTY_PARTS}
    assert set(found) == wanted
    assert all(read_uri(uri, max_bytes=MAX) == name.encode() for name, uri in found.items())
    names = [item.id for item in items_of(find_source("s3://photos/a"), ListingNotes())]
    assert sorted(names) == ["/b.jpg", "/bc.jpg", "c.jpg", "d/e.jpg"]
    code, said = code_of(read_uri, found["a//b.jpg"], max_bytes=3)
    assert (code, found["a//b.jpg"] in said) == ("photo_too_large", True)
    assert code_of(read_uri, "s3://photos/a//none.jpg")[0] == "photo_missing"


def test_a_place_may_have_an_empty_part(s3: fs.FileSystem, server: str) -> None:
    """As one photo, as a prefix, and as a list of photos beside its own folder."""
    put(s3, "x/other.jpg")
    contents = {"x//1.jpg": b"one", "x//y/2.jpg": b"two", "x//y.jpg": b"y", "x//y/": b""}
    for key, data in {**contents, "x//list.txt": b"1.jpg\ny/2.jpg\n"}.items():
        put_exactly(server, key, data)
    (one,) = open_store("s3://photos/x//1.jpg").files()
    assert (one.name, one.uri, one.size) == ("1.jpg", "s3://photos/x//1.jpg", 3)
    assert one.mtime_ns > 0
    (two,) = open_store("s3://photos/x//y").files()
    assert (two.name, read_uri(two.uri)) == ("2.jpg", b"two")
    listed = items_of(find_source("s3://photos/x//list.txt"), ListingNotes())
    assert [read_uri(item.uri) for item in listed] == [b"one", b"two"]
    wrong = {"s3://photos/x//none": "no_such_source", "s3://nowhere/x//y": "no_such_bucket"}
    for place, code in wrong.items():
        assert code_of(open_store(place).files)[0] == code


def test_without_botocore_a_key_with_an_empty_part_says_what_to_install(
    s3: fs.FileSystem, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, "a/c.jpg")
    put_exactly(server, "a//b.jpg")
    monkeypatch.setitem(sys.modules, "botocore", None)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    names = [file.name for file in open_store("s3://photos").files()]
    assert names == ["a//b.jpg", "a/c.jpg"]
    said = (
        "s3://photos/a//b.jpg has an empty part (//) in its key: pip install '.[s3]' in the folder "
        "of the project to read it, or copy it to a key without one."
    )
    assert code_of(read_uri, "s3://photos/a//b.jpg") == ("photo_unreadable", said)
    assert code_of(open_store("s3://photos/a//b.jpg").files) == ("bad_source", said)


@pytest.mark.usefixtures("s3")
def test_results_are_not_written_to_a_place_with_an_empty_part() -> None:
    store = open_store("s3://photos/a//out")
    said = "s3://photos/a//out/1 has an empty part (//) in its key and cannot be {}: {}."
    advice = "use a key without one"
    assert code_of(store.exists, "1") == ("bad_source", said.format("opened", advice))
    assert code_of(store.write, "1", b"x") == ("bad_output", said.format("written", advice))


@pytest.mark.usefixtures("s3")
def test_no_such_bucket() -> None:
    code, sentence = code_of(open_store("s3://nowhere").files)
    assert (code, "There is no bucket nowhere" in sentence) == ("no_such_bucket", True)
    assert code_of(open_store("s3://nowhere/a").write, "part", b"x")[0] == "no_such_bucket"


def closed_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("scheme", ["s3", "gs"])
def test_no_network(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "ATTEMPTS", 2)
    monkeypatch.setattr(bucket, "GCS_RETRY_S", 1)
    query = f"endpoint_override=127.0.0.1:{closed_port()}&scheme=http&anonymous=true"
    code, sentence = code_of(open_store(f"{scheme}://photos/a?{query}").files)
    assert (code, "check the network" in sentence) == ("store_unreachable", True)
    for key in ("a.jpg", "a//b.jpg") if scheme == "s3" else ("a.jpg",):
        code, _ = code_of(read_uri, f"{scheme}://photos/{key}?{query}", max_bytes=MAX)
        assert code == "store_unreachable"


DENIAL = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>No</Message></Error>'


@pytest.fixture
def forbidding() -> Iterator[str]:
    """A server that forbids everything."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Forbid(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(403)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(DENIAL)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(DENIAL)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *arguments: object) -> None:
            """Stay silent."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Forbid)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.mark.usefixtures("s3")
def test_denied_access_is_explained(
    forbidding: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place = f"s3://photos/a?endpoint_override={forbidding}&scheme=http"
    code, sentence = code_of(open_store(place).files)
    assert (code, "with the credentials in use" in sentence) == ("store_denied", True)
    code, sentence = code_of(read_uri, place.replace("/a?", "/a//b.jpg?"), max_bytes=MAX)
    assert (code, "with the credentials in use" in sentence) == ("store_denied", True)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    forget_connections()
    code, sentence = code_of(open_store(place).files)
    assert (code, "no credentials were found" in sentence) == ("store_denied", True)
    for key in ("/a.jpg?", "/a//b.jpg?"):
        code, sentence = code_of(read_uri, place.replace("/a?", key), max_bytes=MAX)
        assert (code, "anonymous=true" in sentence) == ("store_denied", True)


def test_only_files_are_read(tmp_path: Path) -> None:
    code, sentence = code_of(read_uri, str(tmp_path), max_bytes=MAX)
    assert (code, str(tmp_path) in sentence) == ("photo_unreadable", True)
    code, sentence = code_of(open_store(str(tmp_path)).write, "", b"x")
    assert (code, "cannot be written" in sentence) == ("bad_output", True)


# --- a batch of it -------------------------------------------------------------------------


def test_a_batch_from_a_bucket_into_a_bucket(s3: fs.FileSystem, server: str) -> None:
    photos = sorted(SAMPLES.glob("*.jpg"))[:2]
    names = [f"2024 autumn/{photos[0].name}", f"2024 autumn//{photos[1].name}"]
    put(s3, f"visits/{names[0]}", photos[0].read_bytes())
    put_exactly(server, f"visits/{names[1]}", photos[1].read_bytes())
    put(s3, "visits/broken.jpg", photos[0].read_bytes()[:2000])
    put(s3, "visits/notes.txt", b"no photo")
    command = [sys.executable, "-m", "posture", "batch", "s3://photos/visits"]
    command += ["--out", "s3://photos/results", "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    store = open_store("s3://photos/results")
    assert store.names("rows") == ["part-000000.parquet"]
    with store.open("rows/part-000000.parquet") as part:
        found = {row["id"]: row for row in pq.read_table(part).to_pylist()}
    assert set(found) == {"broken.jpg", *names}
    assert found["broken.jpg"]["status"] == "refused"
    for name, photo in zip(names, photos, strict=True):
        row = found[name]
        assert row["uri"] == f"s3://photos/visits/{name}"
        assert row["photo_sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
        assert row["pelvic_tilt_deg"] is not None
    assert store.exists("gallery.html")
    again = subprocess.run(
        [*command, "--resume"], capture_output=True, text=True, timeout=120, check=False
    )
    assert again.returncode == 3, again.stderr
    assert store.names("rows") == ["part-000000.parquet"]


def test_every_kind_of_store_is_one_row_of_a_table() -> None:
    """A scheme that is added there is an address everywhere, and has its advice about keys."""
    assert all(is_store_uri(f"{scheme}://bucket/photo.jpg") for scheme in (*STORES, "gcs"))
    assert not is_store_uri("file:///photo.jpg")
    assert set(SCHEMES.values()) == {*STORES, "file"}
    for scheme, advice in STORES.items():
        assert f"{scheme}://" in STORE_ADDRESS
        assert advice in _denied(f"{scheme}://bucket/x") or advice in _no_keys(f"{scheme}://b/x")

"""From a request to a job in line: what is refused, all of it at once, and what the same request sent again does."""

import threading

import pytest
from django.db import IntegrityError, connection
from pydantic import ValidationError

from leaderboard.catalog.models import ModelArtefact
from leaderboard.devices.models import Health
from leaderboard.runs.models import Job
from leaderboard.runs.submitting import submit
from leaderboard.submissions.models import Submission
from leaderboard.submissions.requests import SubmissionRequest
from leaderboard.submissions.selectors import newest_of_model
from leaderboard.submissions.services import Refused
from leaderboard.submissions.validating import validate
from tests.factories import (
    NOW,
    ArtefactFactory,
    BenchmarkFactory,
    DeviceFactory,
    GgufFactory,
    SubmissionFactory,
    TextBenchmarkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def _request(artefact=None, **changes):
    model = {"name": "MLP 64", "sha256": artefact.sha256 if artefact else "0" * 64, "licence": "Apache-2.0"}
    values = {"model": model, "benchmark": "digits", "device_class": "cpu"} | changes
    return SubmissionRequest.model_validate(values)


def _referring(kind, reference, benchmark="addition", **changes):
    model = {"name": "Llama", "format": kind, "reference": reference, "licence": "MIT"}
    return SubmissionRequest.model_validate({"model": model, "benchmark": benchmark, "device_class": "cpu"} | changes)


def _submit(request, by=None, key=""):
    return submit(request=request, by=by or UserFactory(), idempotency_key=key, now=NOW)


def _faults(request):
    with pytest.raises(Refused) as refused:
        _submit(request)
    assert not Submission.objects.exists()
    return {fault.field: fault for fault in refused.value.faults}


def test_a_submission_makes_one_job_and_asks_for_a_dispatch(rings, django_capture_on_commit_callbacks):
    benchmark, artefact, device = BenchmarkFactory(), ArtefactFactory(), DeviceFactory()
    with django_capture_on_commit_callbacks(execute=True):
        options = {"batch": 4, "threads": 2}
        submission = _submit(_request(artefact, device=device.slug, device_class=None, options=options))

    job = Job.objects.get()
    assert (job.submission, job.benchmark, job.device, job.device_class) == (submission, benchmark, device, "")
    assert (submission.model_slug, submission.batch, submission.threads) == ("mlp-64", 4, 2)
    assert rings() == [("perwatt.dispatch", {})]


def test_the_newest_version_of_a_benchmark_is_meant():
    BenchmarkFactory(version=1)
    newest = BenchmarkFactory(version=2)
    DeviceFactory()
    assert _submit(_request(ArtefactFactory())).benchmark == newest


def test_everything_that_is_wrong_is_said_at_once():
    faults = _faults(_request(benchmark="letters", device="moon", device_class=None))
    assert {field: fault.code for field, fault in faults.items()} == {
        "model.sha256": "unknown_artefact",
        "benchmark": "unknown_benchmark",
        "device": "unknown_device",
    }
    assert all(fault.message and fault.hint for fault in faults.values())


def test_what_is_known_is_named_where_something_is_unknown():
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    faults = _faults(_request(benchmark="letters", device="moon", device_class=None))
    assert "digits" in faults["benchmark"].hint
    assert "lab-cpu" in faults["device"].hint


@pytest.mark.parametrize(
    "inputs, outputs, found",
    [
        ([["float32", [None, 63]]], [["int64", [None]]], "float32 [?, 63]"),
        ([["float64", [None, 64]]], [["int64", [None]]], "float64 [?, 64]"),
        ([["float32", ["N", 64]], ["float32", ["N", 64]]], [["int64", [None]]], "; float32 [N, 64]"),
        ([], [["int64", [None]]], "found none"),
        ([["float32", [2, 64]]], [["int64", [None]]], "float32 [2, 64]"),
        ([["float32", [None, 8, 8]]], [["int64", [None]]], "float32 [?, 8, 8]"),
        ([["float32", [None, 64]]], [["float32", [None, 9]]], "float32 [?, 9]"),
        ([["float32", [None, 64]]], [["int32", [None]]], "int32 [?]"),
        ([["float32", [None, 64]]], [], "found none"),
    ],
)
def test_a_model_that_does_not_fit_hears_what_was_expected_and_what_was_found(inputs, outputs, found):
    BenchmarkFactory()
    DeviceFactory()
    signature = {
        "inputs": [{"name": "x", "dtype": dtype, "shape": shape} for dtype, shape in inputs],
        "outputs": [{"name": "y", "dtype": dtype, "shape": shape} for dtype, shape in outputs],
        "parameters": 1,
        "precision": "fp32",
    }
    fault = _faults(_request(ArtefactFactory(signature=signature)))["model.sha256"]
    assert fault.code == "contract_mismatch"
    assert "Expected" in fault.message
    assert found in fault.message


@pytest.mark.parametrize("batch, fits", [(1, False), (2, True)])
def test_a_model_with_a_fixed_batch_fits_that_batch_only(batch, fits):
    BenchmarkFactory()
    DeviceFactory()
    signature = {
        "inputs": [{"name": "x", "dtype": "float32", "shape": [2, 64]}],
        "outputs": [{"name": "y", "dtype": "int64", "shape": None}],
        "parameters": 1,
        "precision": "fp32",
    }
    request = _request(ArtefactFactory(signature=signature), options={"batch": batch})
    if fits:
        assert _submit(request).batch == 2
    else:
        assert _faults(request)["model.sha256"].code == "contract_mismatch"


@pytest.mark.parametrize("place", [{"device": "lab-cpu", "device_class": None}, {"device_class": "cpu"}])
def test_more_threads_than_cores_are_refused(place):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu", cores=2)
    request = _request(ArtefactFactory(), options={"threads": 3}, **place)
    fault = _faults(request)["options.threads"]
    assert (fault.code, fault.hint) == ("too_many_threads", "Use 1 to 2 threads.")


def test_one_device_of_the_class_with_enough_cores_is_enough():
    BenchmarkFactory()
    DeviceFactory(cores=2)
    DeviceFactory(cores=8)
    assert _submit(_request(ArtefactFactory(), options={"threads": 8})).threads == 8


@pytest.mark.parametrize("place", [{"device": "lab-gpu0", "device_class": None}, {"device_class": "gpu"}])
def test_a_device_without_the_runtime_is_refused(place):
    BenchmarkFactory()
    DeviceFactory(slug="lab-gpu0", kind="gpu", runtimes=[])
    (fault,) = _faults(_request(ArtefactFactory(), **place)).values()
    assert fault.code == "no_runtime"


def test_a_class_that_nobody_enrolled_is_refused():
    BenchmarkFactory()
    DeviceFactory()
    assert _faults(_request(ArtefactFactory(), device_class="board"))["device_class"].code == "no_such_device"


def test_a_retired_device_is_unknown():
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu", health=Health.RETIRED)
    fault = _faults(_request(ArtefactFactory(), device="lab-cpu", device_class=None))["device"]
    assert (fault.code, fault.hint) == ("unknown_device", "Known here: none yet.")


@pytest.mark.parametrize(
    "changes",
    [
        {"device": "lab-cpu"},  # and a class
        {"device_class": None},
        {"device_class": "toaster"},
        {"options": {"batch": 0}},
        {"options": {"batch": 1025}},
        {"options": {"threads": 0}},
        {"options": {"colour": "green"}},
        {"colour": "green"},
        {"benchmark": "../digits"},
        {"benchmark": "digits\n"},
        {"model": {"name": "x", "sha256": "A" * 64, "licence": "MIT"}},
        {"model": {"name": "x", "sha256": "0" * 63, "licence": "MIT"}},
        {"model": {"name": "", "sha256": "0" * 64, "licence": "MIT"}},
        {"model": {"name": "???", "sha256": "0" * 64, "licence": "MIT"}},
        {"model": {"name": "a\x00b", "sha256": "0" * 64, "licence": "MIT"}},
        {"model": {"name": "a\nb", "sha256": "0" * 64, "licence": "MIT"}},
        {"model": {"name": "x" * 101, "sha256": "0" * 64, "licence": "MIT"}},
        {"model": {"name": "x", "sha256": "0" * 64}},
        {"model": {"name": "x", "sha256": "0" * 64, "licence": "MIT", "rank": 1}},
        {"model": {"name": "x", "sha256": "0" * 64, "licence": "MIT", "organisation": "???"}},
        {"model": {"name": "x", "sha256": "0" * 64, "licence": "MIT", "organisation": "a\nb"}},
        {"model": {"name": "x", "sha256": "0" * 64, "licence": "MIT", "organisation": "x" * 101}},
    ],
)
def test_a_request_that_does_not_fit_its_shape_is_refused(changes):
    with pytest.raises(ValidationError):
        _request(**changes)


@pytest.mark.parametrize(
    "told, organisation, name, key",
    [
        ({"name": "mistralai/Mistral-7B-v0.1"}, "mistralai", "Mistral-7B-v0.1", "mistralai/mistral-7b-v01"),
        ({"name": "base", "organisation": "A Lab"}, "A Lab", "base", "a-lab/base"),
        ({"name": "a-lab/base", "organisation": "A Lab"}, "A Lab", "base", "a-lab/base"),
        ({"name": "fp16 / int8"}, "", "fp16 / int8", "fp16-int8"),
        ({"name": "a/b/c"}, "", "a/b/c", "abc"),
    ],
)
def test_an_organisation_is_what_is_stated_or_the_owner_in_the_name(told, organisation, name, key):
    BenchmarkFactory()
    DeviceFactory()
    model = {"sha256": ArtefactFactory().sha256, "licence": "MIT", **told}
    made = _submit(_request(model=model))
    assert (made.organisation, made.model_name, made.model_slug) == (organisation, name, key)
    assert newest_of_model(key)["model"]["name"] == name
    assert newest_of_model(key)["model"].get("organisation", "") == organisation


def test_a_name_and_an_organisation_that_contradict_each_other_are_refused():
    model = {"name": "mistralai/Mistral-7B", "organisation": "A Lab", "sha256": "0" * 64, "licence": "MIT"}
    with pytest.raises(Refused) as refused:
        validate({"model": model, "benchmark": "digits", "device_class": "cpu"})
    (fault,) = (fault for fault in refused.value.faults if fault.code == "two_organisations")
    assert fault.field == "model.organisation"
    assert fault.message == "The name says that the organisation is mistralai; the field says A Lab."


@pytest.mark.parametrize("key", ["", "/", "a/", "/b", "a/b/c", "A Lab/base", "a\x00/b"])
def test_what_is_no_key_of_a_model_names_none(key):
    assert newest_of_model(key) is None


def test_a_slug_is_cut_to_what_the_database_takes():
    BenchmarkFactory()
    DeviceFactory()
    request = _request(model={"name": "ﬃ" * 100, "sha256": ArtefactFactory().sha256, "licence": "MIT"})
    assert len(_submit(request).model_slug) == 100


# --- the same request again


def test_the_same_key_answers_the_same_submission():
    BenchmarkFactory()
    DeviceFactory()
    user, request = UserFactory(), _request(ArtefactFactory())
    assert _submit(request, user, "k") == _submit(request, user, "k")
    assert Job.objects.count() == 1


def test_the_same_key_answers_also_when_the_device_is_gone_by_then():
    BenchmarkFactory()
    device, user = DeviceFactory(), UserFactory()
    request = _request(ArtefactFactory(), device=device.slug, device_class=None)
    first = _submit(request, user, "k")
    type(device).objects.filter(pk=device.pk).update(health=Health.RETIRED)
    assert _submit(request, user, "k") == first


def test_the_same_key_of_another_user_is_another_submission():
    BenchmarkFactory()
    DeviceFactory()
    request = _request(ArtefactFactory())
    assert _submit(request, key="k") != _submit(request, key="k")


def test_without_a_key_each_request_is_a_submission():
    BenchmarkFactory()
    DeviceFactory()
    user, request = UserFactory(), _request(ArtefactFactory())
    assert _submit(request, user) != _submit(request, user)


@pytest.mark.parametrize("changes", [{"options": {"batch": 2}}, {"device": "lab-cpu", "device_class": None}])
def test_a_key_that_comes_back_with_another_request_is_refused(changes):
    BenchmarkFactory()
    DeviceFactory(slug="lab-cpu")
    user, artefact = UserFactory(), ArtefactFactory()
    _submit(_request(artefact), user, "k")
    with pytest.raises(Refused) as refused:
        _submit(_request(artefact, **changes), user, "k")
    assert [fault.code for fault in refused.value.faults] == ["idempotency_key_reused"]


def test_the_same_key_twice_at_once_makes_one_submission(shared_database):
    BenchmarkFactory()
    DeviceFactory()
    user, request = UserFactory(), _request(ArtefactFactory())
    start, answers = threading.Barrier(4), []

    def run():
        try:
            start.wait(10)
            answers.append(_submit(request, user, "k").pk)
        except Exception as error:  # noqa: BLE001  whatever a thread hits must reach the test
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [Submission.objects.get().pk] * 4
    assert Job.objects.count() == 1


def test_one_submission_per_idempotency_key():
    first = SubmissionFactory(idempotency_key="k")
    with pytest.raises(IntegrityError, match="idempotency_key"):
        SubmissionFactory(idempotency_key="k", submitted_by=first.submitted_by)


def test_when_a_model_came_out_is_kept_and_may_be_left_out():
    BenchmarkFactory()
    DeviceFactory()
    artefact = ArtefactFactory()
    model = {"name": "MLP 64", "sha256": artefact.sha256, "licence": "MIT", "released_on": "2025-03-01"}
    assert _submit(_request(model=model)).released_on.isoformat() == "2025-03-01"
    assert _submit(_request(artefact)).released_on is None


# --- benchmarks that ask for text, and models that are no file

IMAGE = f"registry.lab/llm/server@sha256:{'a' * 64}"


def _text_device(**values):
    return DeviceFactory(runtimes=["onnxruntime", "llama.cpp", "openai", "container"], **values)


def test_a_gguf_file_answers_a_benchmark_that_asks_for_text():
    benchmark, artefact = TextBenchmarkFactory(), GgufFactory()
    _text_device()
    assert _submit(_request(artefact, benchmark="addition")).benchmark == benchmark


@pytest.mark.parametrize(
    ("made", "benchmark", "said"),
    [
        (ArtefactFactory, "addition", "addition asks for text; a file in ONNX answers with tensors"),
        (GgufFactory, "digits", "digits asks for tensors; a file in GGUF answers with text"),
    ],
)
def test_a_file_that_answers_with_something_else_is_refused_in_words(made, benchmark, said):
    BenchmarkFactory()
    TextBenchmarkFactory()
    _text_device()
    fault = _faults(_request(made(), benchmark=benchmark))["model.sha256"]
    assert fault.code == "wrong_format"
    assert said in fault.message
    assert fault.hint


def test_prompts_are_not_sent_in_batches():
    TextBenchmarkFactory()
    _text_device()
    faults = _faults(_request(GgufFactory(), benchmark="addition", options={"batch": 4}))
    assert faults["options.batch"].code == "no_batches"


def test_a_device_without_llama_cpp_is_refused_a_gguf_file():
    TextBenchmarkFactory()
    device = DeviceFactory()
    faults = _faults(_request(GgufFactory(), benchmark="addition"))
    assert faults["device_class"].message == f"There is no llama.cpp on {device.slug}."


@pytest.mark.parametrize(
    ("kind", "reference", "runtime"), [("endpoint", "lab-70b", "openai"), ("container", IMAGE, "container")]
)
def test_what_is_served_elsewhere_is_submitted_by_reference(kind, reference, runtime):
    TextBenchmarkFactory()
    _text_device()
    first, again = _submit(_referring(kind, reference)), _submit(_referring(kind, reference))
    assert first.artefact == again.artefact
    artefact = first.artefact
    assert (artefact.format, artefact.reference, artefact.runtime) == (kind, reference, runtime)
    assert (artefact.sha256, artefact.size_bytes, artefact.parameters) == (None, None, None)


def test_a_reference_of_a_refused_submission_is_not_kept():
    _faults(_referring("endpoint", "lab-70b"))
    assert not ModelArtefact.objects.exists()


def test_an_image_may_answer_tensors_and_its_contract_is_seen_when_it_runs():
    BenchmarkFactory()
    _text_device()
    submitted = _submit(_referring("container", IMAGE, benchmark="digits"))
    assert submitted.artefact.runtime == "container"


def test_an_endpoint_does_not_answer_with_tensors():
    BenchmarkFactory()
    _text_device()
    fault = _faults(_referring("endpoint", "lab-70b", benchmark="digits"))["model.reference"]
    assert "lab-70b (endpoint) answers with text" in fault.message


def test_a_key_that_comes_back_with_another_reference_is_refused():
    TextBenchmarkFactory()
    _text_device()
    by = UserFactory()
    first = _submit(_referring("endpoint", "one"), by=by, key="k")
    assert _submit(_referring("endpoint", "one"), by=by, key="k") == first
    with pytest.raises(Refused, match="before with another request"):
        _submit(_referring("endpoint", "two"), by=by, key="k")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ({}, "Name either the sha256"),
        ({"sha256": "0" * 64, "format": "endpoint", "reference": "a"}, "Name either the sha256"),
        ({"format": "endpoint"}, "Name either the sha256"),
        ({"reference": "a"}, "Name either the sha256"),
        ({"format": "onnx", "reference": "a"}, "endpoint"),
        ({"format": "endpoint", "reference": "http://10.0.0.1/"}, "operator gave it"),
        ({"format": "endpoint", "reference": "../secret"}, "operator gave it"),
        ({"format": "container", "reference": "llama:latest"}, "by its digest"),
        ({"format": "container", "reference": f"--privileged@sha256:{'a' * 64}"}, "by its digest"),
        ({"format": "container", "reference": f"a@sha256:{'A' * 64}"}, "by its digest"),
        ({"format": "container", "reference": f"{'a' * 200}@sha256:{'a' * 64}"}, "200 characters"),
    ],
)
def test_a_reference_has_the_shape_of_its_kind(model, reason):
    named = {"name": "m", "licence": "MIT"} | model
    with pytest.raises(ValidationError, match=reason):
        SubmissionRequest.model_validate({"model": named, "benchmark": "addition", "device_class": "cpu"})

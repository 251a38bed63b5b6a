"""Many files at once: looked at before anything is kept, then one record each, once, whatever happens in between."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from checklists.actions.bundles import confirm_bundle, drop_bundle, make_due_bundles, make_entries, start_bundle
from checklists.actions.checkpoints import move_checkpoint
from checklists.models import Bundle, Evidence, EvidenceLink
from checklists.sheets.writing import WrittenColumn, write_sheet
from tests.checklists.material import NOW, add_photo, head_of, material_case, noise
from tests.conftest import viewer
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db
HEAD = ("文件名", "标题", "日期", "文号", "时间", "地点", "人物", "主题", "背景", "事由")


@pytest.fixture
def case():
    return material_case(rules=())


@pytest.fixture
def head(case):
    return head_of(case)


def sheet(*rows, name="图注表.xlsx"):
    columns = [WrittenColumn(heading) for heading in HEAD]
    return SimpleUploadedFile(name, write_sheet(name="图注", columns=columns, rows=rows))


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, file in files.items():
            package.writestr(name, file.read())
    return SimpleUploadedFile("材料.zip", out.getvalue())


ROW = ("一.jpg", "道德讲堂", "2026年3月5日", "3号", "上午", "三楼", "职工", "诚信", "年度计划", "第三期")


def begun(case, by, files, **more):
    return start_bundle(case.unit, by=by, files=files, at=NOW, **more)


def kept_files(bundle):
    return default_storage.listdir(f"{bundle.campaign_id}/bundles/{bundle.key}")[1]


def test_an_archive_with_its_sheet_becomes_records(case, head):
    files = {"三月/一.jpg": noise(), "三月/二.jpg": noise(seed=2), "图注表.xlsx": sheet(ROW)}
    bundle = begun(case, head, [archive(**files)], checkpoint=case.checkpoint)
    assert (Evidence.objects.count(), len(bundle.entries), len(kept_files(bundle))) == (0, 2, 2)

    bundle = make_entries(confirm_bundle(bundle, by=head, picked=[0, 1], at=NOW), at=NOW)

    first, second = Evidence.objects.order_by("pk")
    assert (first.title, str(first.event_on), first.number, first.time_text, first.place, first.occasion) == (
        "道德讲堂",
        "2026-03-05",
        "3号",
        "上午",
        "三楼",
        "第三期",
    )
    assert (second.title, second.event_on, first.kind) == ("二", None, "photo")
    assert {link.evidence for link in EvidenceLink.objects.running().filter(checkpoint=case.checkpoint)} == {first, second}
    assert (bundle.status, bundle.done, kept_files(bundle)) == ("saved", 2, [])


def test_loose_files_beside_a_csv_are_the_same(case, head):
    csv = SimpleUploadedFile("图注.csv", "文件名,标题\n一.jpg,讲堂\n".encode("gb18030"))

    bundle = begun(case, head, [noise("一.jpg"), csv])

    assert [(entry["title"], entry["names"]) for entry in bundle.entries] == [("讲堂", ["一.jpg"])]


def test_a_workbook_without_file_names_is_material(case, head):
    book = SimpleUploadedFile("统计.xlsx", write_sheet(name="a", columns=[WrittenColumn("序号")], rows=[["1"]]))

    bundle = begun(case, head, [book])

    assert ([entry["title"] for entry in bundle.entries], len(bundle.doubts)) == (["统计"], 1)


def test_doubts_and_refusals_are_told_before_anything_is_kept(case, head):
    known = add_photo(case, by=head, upload=noise(seed=5))
    files = {
        "一.jpg": noise(seed=5),
        "../外.jpg": noise(seed=6),
        "工具.exe": SimpleUploadedFile("a", b"MZ"),
        "空.pdf": io.BytesIO(),
    }

    bundle = begun(case, head, [archive(**files)])

    told = [([code for code, _facts in entry["doubts"]], entry["is_refused"]) for entry in bundle.entries]
    assert told == [(["known"], False), (["path"], True), (["wrong_kind"], True), (["empty"], True)]
    assert (bundle.entries[0]["doubts"][0][1], Evidence.objects.get()) == ({"name": known.title}, known)


def test_what_is_damaged_is_said_in_its_line_and_stops_no_other(case, head):
    bundle = begun(case, head, [SimpleUploadedFile("坏.jpg", b"\xff\xd8 no picture"), noise("好.jpg")])

    bundle = make_entries(confirm_bundle(bundle, by=head, picked=[0, 1]))

    assert [bool(entry["said"]) for entry in bundle.entries] == [True, False]
    assert [piece.title for piece in Evidence.objects.all()] == ["好"]


def test_only_ticked_lines_are_kept(case, head):
    bundle = begun(case, head, [noise("一.jpg"), noise("二.jpg", seed=2)])

    make_entries(confirm_bundle(bundle, by=head, picked=[1]))

    assert [piece.title for piece in Evidence.objects.all()] == ["二"]


def test_a_bundle_stopped_in_the_middle_goes_on_and_nothing_is_doubled(case, head):
    bundle = confirm_bundle(begun(case, head, [noise("一.jpg"), noise("二.jpg", seed=2)]), by=head, picked=[0, 1])
    make_entries(Bundle.objects.get(pk=bundle.pk))
    Bundle.objects.update(done=1, status="confirmed")  # killed after the record, before the row
    for no, file in enumerate([noise("一.jpg"), noise("二.jpg", seed=2)]):
        default_storage.save(f"{bundle.campaign_id}/bundles/{bundle.key}/{no}", file)

    assert [make_due_bundles(now=NOW), make_due_bundles(now=NOW)] == [1, 0]

    assert (Evidence.objects.count(), Bundle.objects.get().status) == (2, "saved")


def test_what_was_handed_in_meanwhile_takes_no_more(case, head):
    bundle = confirm_bundle(begun(case, head, [noise()], checkpoint=case.checkpoint), by=head, picked=[0])
    move_checkpoint(case.checkpoint, move="submit", by=head, note="完成")

    bundle = make_entries(bundle)

    assert (bool(bundle.entries[0]["said"]), Evidence.objects.count()) == (True, 0)


def test_thrown_away_is_gone(case, head, django_capture_on_commit_callbacks):
    bundle = begun(case, head, [noise()])

    with django_capture_on_commit_callbacks(execute=True):
        drop_bundle(bundle, by=head)

    assert (Bundle.objects.get().status, kept_files(bundle), Evidence.objects.count()) == ("dropped", [], 0)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SimpleUploadedFile("坏.zip", b"no archive"), "broken"),
        (SimpleUploadedFile("空.zip", b"PK\x05\x06" + bytes(18)), None),
    ],
)
def test_an_archive_that_cannot_be_opened_keeps_nothing(case, head, file, code):
    with pytest.raises(ValidationError) as caught:
        begun(case, head, [file])

    assert caught.value.error_dict["files"][0].code == code
    assert Bundle.objects.count() == 0


def test_no_bundle_for_another_unit(case, head):
    other = DepartmentFactory(parent=case.campaign.host)
    stranger = viewer(case.campaign, head_of=other)
    bundle = begun(case, head, [noise()])

    for act in (
        lambda: start_bundle(other, by=head, files=[noise()]),
        lambda: start_bundle(case.unit, by=viewer(case.campaign, office=True), files=[noise()]),
        lambda: start_bundle(other, by=stranger, files=[noise()], checkpoint=case.checkpoint),
        lambda: confirm_bundle(bundle, by=stranger, picked=[0]),
        lambda: drop_bundle(bundle, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (Bundle.objects.count(), Bundle.objects.get().status) == (1, "read")


def test_nothing_ticked_or_ticked_twice_saves_nothing(case, head):
    bundle = begun(case, head, [noise()])

    with pytest.raises(ValidationError) as caught:
        confirm_bundle(bundle, by=head, picked=[7])
    assert (caught.value.code, Bundle.objects.get().status) == ("required", "read")

    confirm_bundle(bundle, by=head, picked=[0])
    with pytest.raises(ValidationError) as caught:
        confirm_bundle(bundle, by=head, picked=[0])
    assert caught.value.code == "wrong_status"


def test_the_pages_bring_show_and_keep_without_a_script(case, head, signed_in):
    client = signed_in(head)
    new = reverse("bundle_new", args=[case.campaign.pk])

    answer = client.post(
        new, {"files": [noise("一.jpg"), sheet(ROW)], "department": case.unit.pk, "checkpoint": case.checkpoint.pk}
    )
    bundle = Bundle.objects.get()
    shown = client.get(answer.url)
    kept = client.post(answer.url, {"do": "keep", "pick": ["0"]}, follow=True)

    assert (answer.url, shown.context["counts"]["good"]) == (bundle.get_absolute_url(), 1)
    assert "道德讲堂" in shown.text
    assert (kept.context["counts"]["made"], Evidence.objects.get().title) == (1, "道德讲堂")


def test_the_empty_sheet_is_one_of_captions(case, head, signed_in):
    answer = signed_in(head).get(reverse("bundle_sheet", args=[case.campaign.pk]))

    bundle = begun(case, head, [noise("讲座.jpg"), SimpleUploadedFile("图注表.xlsx", answer.content)])

    assert [(entry["title"], entry["doubts"]) for entry in bundle.entries] == [("道德讲堂", [])]

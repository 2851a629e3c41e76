"""An upload knows whether it is in progress, and its picture."""

from kashcraft.uploads.models import Upload, UploadState
from kashcraft.uploads.rules.pictures import StoredPicture


def test_only_waiting_and_worked_on_uploads_are_in_progress() -> None:
    assert [Upload(state=state).in_progress for state in UploadState] == [True, True, False, False]


def test_an_upload_that_is_ready_has_a_picture() -> None:
    ready = Upload(state=UploadState.READY, picture="bowl-0123456789ab 400x300 320 400")
    assert ready.stored == StoredPicture("bowl-0123456789ab", 400, 300, (320, 400))
    assert Upload().stored is None

"""Two patients whose files carry the UID of one study stay two, however their files are opened."""

from __future__ import annotations

import numpy as np

from medprune_gui.engine.imaging import scan
from medprune_gui.workers.study_merging import merge_studies


def test_files_opened_one_after_another_make_the_studies_that_they_make_together(write_dicom, tmp_path):
    pixels = np.zeros((4, 4), dtype=np.uint16)
    files = [
        write_dicom(f"{patient}-{index}.dcm", pixels, PatientID=patient, ImagePositionPatient=[0, 0, index])
        for patient, count in (("first", 3), ("second", 2))
        for index in range(count)
    ]
    together = scan(tmp_path)
    assert [(study.patient_id, study.series[0].frames) for study in together] == [("first", 3), ("second", 2)]
    known = ()
    for file in files:
        known = merge_studies([*known, *scan(file)])
    assert [(study.patient_id, study.series[0].frames) for study in known] == [("first", 3), ("second", 2)]
    assert len({study.uid for study in known}) == 2
    assert merge_studies([*known, *together]) == known

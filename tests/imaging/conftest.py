"""Synthetic DICOM files for what the real ones do not show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

SERIES = "1.2.826.0.1.3680043.8.498.1"


@pytest.fixture
def write_dicom(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: pixels, then any element by keyword; None leaves one of the defaults out."""

    def write(name: str, pixels: np.ndarray, **elements: Any) -> Path:
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID = SecondaryCaptureImageStorage
        dataset.SOPInstanceUID = generate_uid()
        colour = pixels.shape[-1] == 3
        bits = 8 * pixels.dtype.itemsize
        values: dict[str, Any] = {
            "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.0",
            "SeriesInstanceUID": SERIES,
            "Modality": "MR",
            "PatientName": "Doe^Jane",
            "PatientID": "4711",
            "Rows": pixels.shape[-3] if colour else pixels.shape[-2],
            "Columns": pixels.shape[-2] if colour else pixels.shape[-1],
            "SamplesPerPixel": 3 if colour else 1,
            "PhotometricInterpretation": "RGB" if colour else "MONOCHROME2",
            "BitsAllocated": bits,
            "BitsStored": bits,
            "HighBit": bits - 1,
            "PixelRepresentation": int(pixels.dtype.kind == "i"),
            "PixelSpacing": [0.5, 0.25],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "ImagePositionPatient": [0, 0, 0],
        }
        if colour:
            values["PlanarConfiguration"] = 0
        for keyword, value in (values | elements).items():
            if value is not None:
                setattr(dataset, keyword, value)
        dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path, enforce_file_format=True)
        return path

    return write


@pytest.fixture
def write_stack(write_dicom: Callable[..., Path]) -> Callable[..., list[Path]]:
    """Write one slice per position along z; the pixels of slice i hold the value i."""

    def write(positions_mm: list[float], shift_mm: float = 0.0, **elements: Any) -> list[Path]:
        return [
            write_dicom(
                # Names run against the positions, so that file order is not slice order.
                f"{len(positions_mm) - index:03d}.dcm",
                np.full((4, 6), index, dtype=np.int16),
                InstanceNumber=len(positions_mm) - index,
                ImagePositionPatient=[10, 20 + shift_mm * index, z],
                **elements,
            )
            for index, z in enumerate(positions_mm)
        ]

    return write

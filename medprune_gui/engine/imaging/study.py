"""What a scan finds: studies of series of instances, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Kind = Literal["dicom", "nifti", "picture"]


@dataclass(frozen=True, slots=True)
class SeriesWarning:
    """Something about a series that the user must know before trusting it.

    Attributes
    ----------
    code
        ``gantry-tilt``, ``uneven-spacing``, ``missing-slices``, ``repeated-positions``, ``no-positions``,
        ``no-pixel-spacing``, ``no-orientation``, ``mixed-size``, ``mixed-orientation``, ``mixed-spacing``,
        ``mixed-polarity``, ``mixed-rescale``, ``mixed-patients``, ``duplicate-instances``, ``mosaic`` or
        ``unreadable``.
    message
        One plain sentence.
    files
        The files that it is about; empty: all of the series.
    """

    code: str
    message: str
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """One slice of a series.

    Attributes
    ----------
    path
        The file that holds it.
    frame
        Which frame of a file with several (counted from 0; a slice of a NIfTI volume, those of the second volume
        behind those of the first; a page of a TIFF); None: the file holds one only.
    position_mm
        Centre of the first pixel in the patient's LPS system; None where the file does not say.
    instance_number
        As the file numbers it.
    """

    path: Path
    frame: int | None = None
    position_mm: tuple[float, float, float] | None = None
    instance_number: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Slices that belong together, in spatial order.

    Attributes
    ----------
    uid
        Unique within a scan. A DICOM series whose images differ in size, orientation, spacing or polarity
        becomes several; all but the first then carry ``#2``, ``#3``, ... behind the series' UID. Where images of
        another patient carry the same UIDs, theirs end in ``#`` and the patient's ID. A single phase ends in
        ``@1``, ...
    modality
        As in DICOM, such as ``CT``; empty for other files.
    date
        ISO 8601, or empty.
    instances
        In the order in which a viewer shows them: along the slices' normal where positions are known; all of
        the first phase, then all of the second, and so on.
    rows, columns
        Size of a slice in pixels; of the largest where pictures of one folder differ in size.
    frames
        Number of slices in all phases, which is ``len(instances)``.
    spacing_mm
        Distance between neighbouring (slices, rows, columns); None where the files give none. That of slices is
        measured along their normal, as Spacing Between Slices (0018,0088) is, and None where their positions are not
        known; of a single slice it is what its file says of it.
    plane
        ``axial``, ``coronal`` or ``sagittal``, whichever is nearest; empty where it is unknown.
    phases
        How often each position is repeated: 1, or the number of time points, echoes, b-values, ...
    phase_axis
        What tells the phases apart: ``echo``, ``time``, ``diffusion``, ``acquisition`` (number), ``instance``
        (number, where nothing else does) or ``volume`` (of a NIfTI file without time); empty for one phase.
    phase_values
        A number for each phase in ``phase_unit``: ``ms``, ``s`` (from the first phase on), ``s/mm²``, or without
        a unit for those that are counted.
    """

    uid: str
    modality: str
    description: str
    number: int | None
    date: str
    instances: tuple[Instance, ...]
    warnings: tuple[SeriesWarning, ...]
    rows: int
    columns: int
    frames: int
    kind: Kind
    spacing_mm: tuple[float | None, float, float] | None = None
    plane: str = ""
    phases: int = 1
    phase_axis: str = ""
    phase_values: tuple[float, ...] = ()
    phase_unit: str = ""

    def phase(self, index: int) -> Series:
        """Return one phase, counted from 0, as a series without others.

        Raises
        ------
        IndexError
            If there is no such phase.
        """
        number = range(self.phases)[index]
        if self.phases == 1:
            return self
        slices = self.frames // self.phases
        return replace(
            self,
            uid=f"{self.uid}@{number + 1}",
            instances=self.instances[number * slices : (number + 1) * slices],
            warnings=tuple(warning for warning in self.warnings if warning.code != "repeated-positions"),
            frames=slices,
            phases=1,
            phase_axis="",
            phase_values=(),
            phase_unit="",
        )

    @property
    def stackable(self) -> bool:
        """Whether all slices have one size and so can be read as one volume."""
        return not (self.kind == "picture" and any(w.code == "mixed-size" for w in self.warnings))


@dataclass(frozen=True, slots=True)
class Study:
    """All series of one examination, or all pictures or volumes of one folder.

    ``date`` is in ISO 8601 or empty; ``patient_name`` and ``patient_id`` are empty where there is none.
    """

    uid: str
    patient_name: str
    patient_id: str
    date: str
    description: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files that a scan has left out and that it told of at no series.

    Attributes
    ----------
    damaged
        Files that could not be read, or folders not be opened, beside no series or beside several.
    no_image
        Sound DICOM files without an image: reports, plans, indexes (DICOMDIR), headers whose pixels were taken away.
    """

    damaged: tuple[Path, ...] = ()
    no_image: tuple[Path, ...] = ()

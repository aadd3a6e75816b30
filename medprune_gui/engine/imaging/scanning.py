"""Find the studies in a file or folder from headers alone."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medprune_gui.engine.errors import ImageReadError, NoImagesError
from medprune_gui.engine.imaging.dicom_header import DicomHeader, read_header
from medprune_gui.engine.imaging.dicom_series import dicom_studies
from medprune_gui.engine.imaging.formats import identify
from medprune_gui.engine.imaging.nifti import NiftiHeader, nifti_header, stem
from medprune_gui.engine.imaging.orientation import plane_of
from medprune_gui.engine.imaging.pictures import picture_size
from medprune_gui.engine.imaging.study import Instance, LeftOut, Series, SeriesWarning, Study

if TYPE_CHECKING:
    from collections.abc import Callable

_KNOWN = "DICOM, NIfTI, PNG, JPEG, PGM, TIFF and BMP images can be read."


@dataclass(slots=True)
class _Found:
    """Headers of what was found so far."""

    dicom: list[DicomHeader] = field(default_factory=list)
    nifti: list[tuple[Path, NiftiHeader]] = field(default_factory=list)
    pictures: list[tuple[Path, tuple[int, int, int]]] = field(default_factory=list)
    unreadable: list[ImageReadError] = field(default_factory=list)
    no_image: list[Path] = field(default_factory=list)

    def add(self, path: Path) -> bool:
        """Read the header of a file; return whether it holds an image."""
        kind = identify(path)
        if kind == "dicom":
            header = read_header(path)
            if header is None:
                self.no_image.append(path)
                return False
            self.dicom.append(header)
        elif kind == "nifti":
            self.nifti.append((path, nifti_header(path)))
        elif kind == "picture":
            self.pictures.append((path, picture_size(path)))
        return kind is not None

    def studies(self, root: Path) -> list[Study]:
        """Return what was found up to now, without warnings about unreadable files."""
        studies = dicom_studies(self.dicom)
        return studies + _nifti_studies(self.nifti, root) + _picture_studies(self.pictures, root)


def scan(
    path: str | os.PathLike[str],
    progress: Callable[[int, int], None] | None = None,
    *,
    looking_at: Callable[[Path], None] | None = None,
    added: Callable[[Callable[[], list[Study]]], None] | None = None,
    left_out: Callable[[LeftOut], None] | None = None,
) -> list[Study]:
    """Find all images in a file or, however deeply, in a folder, reading headers only.

    DICOM images are grouped into studies and series, and series split into stacks of one geometry. The NIfTI
    files of a folder become one study ("Volumes") with a series for each file; its pictures become one study
    ("Pictures") with one series, in the order of their names. Other files are passed over, hidden ones too;
    images that cannot be read become a warning of the series beside them.

    Parameters
    ----------
    progress
        Called with (files done, files in all); whatever it raises ends the scan.
    looking_at
        Called with each file before it is opened; an `ImageReadError` that it raises leaves the file out, as
        if it could not be read.
    added
        Called after each file of a folder with a function that returns the studies of all files up to now. That
        costs more the more there are, so it is left to the caller how often.
    left_out
        Called at the end where files were left out that no series is told of: those without an image, and damaged
        ones that do not lie beside a single series. Without it, damaged ones become a warning of some series.

    Raises
    ------
    ImageReadError
        If there is no such file or folder, it may not be looked at, a single file is no readable image, or no image
        of a folder can be read.
    NoImagesError
        If a folder holds no images.
    """
    path = Path(path)
    found = _Found()
    is_folder, exists = _looked_at(path)
    if is_folder:
        _scan_folder(path, found, progress, looking_at, added)
    elif path.name == "DICOMDIR" and exists:
        _scan_folder(path.parent, found, progress, looking_at, added)
    elif not exists:
        raise ImageReadError("There is no such file or folder", where=path)
    else:
        if looking_at is not None:
            looking_at(path)
        if not found.add(path):
            raise ImageReadError("The file holds no image", where=path, remedy=_KNOWN)
    studies = found.studies(path if is_folder else path.parent)
    if not studies and found.unreadable:
        first, more = found.unreadable[0], len(found.unreadable) - 1
        others = f" (and {more} more files that cannot be read)" if more else ""
        raise ImageReadError(first.what + others, where=first.where, remedy=first.remedy) from first
    if not studies:
        raise NoImagesError("The folder holds no images", where=path, remedy=_KNOWN)
    studies, elsewhere = _with_unreadable(studies, found.unreadable, anywhere=left_out is None)
    if left_out is not None and (elsewhere or found.no_image):
        left_out(LeftOut(elsewhere, tuple(found.no_image)))
    return studies


def _looked_at(path: Path) -> tuple[bool, bool]:
    """Return whether a path is a folder, and whether there is anything."""
    try:
        return path.is_dir(), path.exists()
    except OSError as error:  # a folder that may not be entered, or too long a name
        raise ImageReadError(
            f"The file cannot be opened ({error.strerror})", where=path, remedy="Check the permissions of its folder."
        ) from error


def _scan_folder(
    root: Path,
    found: _Found,
    progress: Callable[[int, int], None] | None,
    looking_at: Callable[[Path], None] | None,
    added: Callable[[Callable[[], list[Study]]], None] | None,
) -> None:
    files = visible_files(root, found.unreadable.append)
    for done, file in enumerate(files):
        if progress is not None:
            progress(done, len(files))
        try:
            if looking_at is not None:
                looking_at(file)
            found.add(file)
        except ImageReadError as error:
            found.unreadable.append(error)
        if added is not None:
            added(lambda: found.studies(root))
    if progress is not None:
        progress(len(files), len(files))


def visible_files(root: Path, closed: Callable[[ImageReadError], None]) -> list[Path]:
    """Return all files below a folder in natural order, without hidden ones and those in hidden folders.

    ``closed`` is told of each folder that cannot be opened.
    """

    def tell(error: OSError) -> None:
        what = f"The folder cannot be opened ({error.strerror})"
        closed(ImageReadError(what, where=error.filename, remedy="Check its permissions."))

    files: list[Path] = []
    for folder, subfolders, names in os.walk(root, onerror=tell):
        subfolders[:] = sorted((name for name in subfolders if not name.startswith(".")), key=natural)
        files += [Path(folder, name) for name in sorted(names, key=natural) if not name.startswith(".")]
    return files


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a key that sorts names as people do: ``image 2`` before ``image 10``."""
    pieces = re.findall(r"\d+|\D+", name.lower())
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces], name


def _below(folder: Path, root: Path) -> str:
    """Return a folder's name, from the scanned folder on, as in ``train/normal``."""
    return folder.name if folder == root else folder.relative_to(root).as_posix()


def _nifti_studies(found: list[tuple[Path, NiftiHeader]], root: Path) -> list[Study]:
    folders: dict[Path, list[Series]] = defaultdict(list)
    for path, header in found:
        folders[path.parent].append(_nifti_series(path, header))
    return [
        Study(f"volumes:{folder}", "", "", "", f"Volumes in {_below(folder, root)}", tuple(series))
        for folder, series in folders.items()
    ]


def _nifti_series(path: Path, header: NiftiHeader) -> Series:
    warnings = []
    if not header.oriented:
        message = "The file does not say how the patient lay, so no sides are shown"
        warnings.append(SeriesWarning("no-orientation", message, (path,)))
    slices, rows, columns = header.shape
    affine = header.affine_lps
    instances = []
    for frame in range(slices * header.volumes):
        index = frame % slices
        x, y, z = (affine[:3, 3] + index * affine[:3, 0]).tolist()
        instances.append(Instance(path, frame, (x, y, z), index + 1))
    step, several = header.time_step_s, header.volumes > 1
    axis, unit = ("volume", "") if step is None else ("time", "s")
    counted = range(1, header.volumes + 1)
    values = tuple(float(n) if step is None else (n - 1) * step for n in counted)
    between_slices, between_rows, between_columns = (float((affine[:3, axis] ** 2).sum() ** 0.5) for axis in range(3))
    return Series(
        uid=str(path),
        modality="",
        description=stem(path),
        number=None,
        date="",
        instances=tuple(instances),
        warnings=tuple(warnings),
        rows=rows,
        columns=columns,
        frames=len(instances),
        kind="nifti",
        spacing_mm=(between_slices, between_rows, between_columns),
        plane=plane_of(affine) if header.oriented else "",
        phases=header.volumes,
        phase_axis=axis if several else "",
        phase_values=values if several else (),
        phase_unit=unit if several else "",
    )


def _picture_studies(found: list[tuple[Path, tuple[int, int, int]]], root: Path) -> list[Study]:
    folders: dict[Path, list[tuple[Path, tuple[int, int, int]]]] = defaultdict(list)
    for path, size in found:
        folders[path.parent].append((path, size))
    studies = []
    for folder, pictures in folders.items():
        instances = tuple(
            Instance(path, page if pages > 1 else None) for path, (_, _, pages) in pictures for page in range(pages)
        )
        sizes = {(rows, columns) for _, (rows, columns, _) in pictures}
        warnings: tuple[SeriesWarning, ...] = ()
        if len(sizes) > 1:
            message = f"The pictures have {len(sizes)} different sizes and are shown one by one"
            warnings = (SeriesWarning("mixed-size", message),)
        series = Series(
            uid=str(folder),
            modality="",
            description=folder.name,
            number=None,
            date="",
            instances=instances,
            warnings=warnings,
            rows=max(rows for rows, _ in sizes),
            columns=max(columns for _, columns in sizes),
            frames=len(instances),
            kind="picture",
        )
        studies.append(Study(f"pictures:{folder}", "", "", "", f"Pictures in {_below(folder, root)}", (series,)))
    return studies


def _with_unreadable(
    studies: list[Study], unreadable: list[ImageReadError], anywhere: bool
) -> tuple[list[Study], tuple[Path, ...]]:
    """Return the studies with a warning about unreadable files at the series beside them, and the other such files.

    A series is beside them where it is the only one in their folder; ``anywhere``: any will do.
    """
    beside: dict[Path, list[tuple[int, int]]] = defaultdict(list)
    for number, study in enumerate(studies):
        for position, series in enumerate(study.series):
            for folder in {instance.path.parent for instance in series.instances}:
                beside[folder].append((number, position))
    files: dict[tuple[int, int], list[Path]] = defaultdict(list)
    elsewhere: list[Path] = []
    for error in unreadable:
        file = Path(error.where or "")
        neighbours = beside.get(file.parent, [])
        if len(neighbours) == 1 or anywhere:
            files[(neighbours or [(0, 0)])[0]].append(file)
        else:
            elsewhere.append(file)
    for (number, position), paths in files.items():
        listed = list(studies[number].series)
        count = f"{len(paths)} files" if len(paths) > 1 else "1 file"
        message = f"{count} could not be read and {'are' if len(paths) > 1 else 'is'} left out"
        warning = SeriesWarning("unreadable", message, tuple(paths))
        listed[position] = replace(listed[position], warnings=(*listed[position].warnings, warning))
        studies[number] = replace(studies[number], series=tuple(listed))
    return studies, tuple(elsewhere)

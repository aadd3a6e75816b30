"""What the window's menus and keys do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from medprune_gui.engine.imaging.voi import PRESETS
from medprune_gui.image_tools import measuring_actions
from medprune_gui.layer_tools import layer_actions
from medprune_gui.ui.about import about_dialog, shortcuts_dialog
from medprune_gui.ui.actions import Action
from medprune_gui.ui.study.tag_browser import TagBrowser
from medprune_gui.ui.viewer.display_actions import display_actions
from medprune_gui.ui.viewer.gestures import FIGURES, MOUSE
from medprune_gui.ui.viewer.preset_names import window_name

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from medprune_gui.app import Workbench
    from medprune_gui.ui.main_window import MainWindow


def shortcuts_sheet(window: MainWindow) -> QDialog:
    """Return the sheet of keys, of what the mouse does on an image, and of what is done with figures."""
    keys = window.action_table.shortcuts() if window.action_table else []
    mouse = [(window.tr("Mouse on an image"), window.tr(action), window.tr(gesture)) for action, gesture in MOUSE]
    # Escape stands there with what else is done with figures.
    keys = [row for row in keys if row[2] != QKeySequence("Esc").toString(QKeySequence.SequenceFormat.NativeText)]
    figures = [(window.tr("Drawn figures"), window.tr(action), window.tr(gesture)) for action, gesture in FIGURES]
    return shortcuts_dialog(window, [*keys, *mouse, *figures])


def window_actions(bench: Workbench) -> list[Action]:
    """Return the action table of the main window."""
    window: MainWindow = bench.window
    session, tools = bench.session, bench.image_tools
    viewer, studies, cases, estimate = window.viewer, window.studies, window.predictions, window.pruning.estimate

    def on_images() -> bool:
        return window.tabs.currentWidget() is viewer and session.series is not None

    def on_studies() -> bool:
        return window.tabs.currentWidget() is viewer and bool(session.studies)

    def on_shown() -> bool:
        return on_images() and viewer.canvas.volume is not None

    def on_several() -> bool:
        return window.tabs.currentWidget() is viewer and len(viewer.grid.shown) > 1 and bool(viewer.grid.canvases)

    def on_phases() -> bool:
        return on_images() and viewer.has_phases

    tags = TagBrowser(window)
    viewer.instance_changed.connect(lambda: tags.follow(session.series, viewer.instance))
    session.series_changed.connect(lambda series: tags.follow(series, viewer.instance))
    session.personal_changed.connect(lambda personal: tags.hide_personal(not personal))

    def on_dicom() -> bool:
        return on_images() and session.series is not None and session.series.kind == "dicom"

    def show_tags() -> None:
        tags.show_instance(session.series, viewer.instance or 0)
        tags.show()
        tags.raise_()

    def can_cancel() -> bool:
        return session.job is not None and session.job.active

    def comparing() -> bool:
        return session.comparison is not None

    def on_run() -> bool:
        return session.run_folder is not None

    tr = window.tr
    file, edit, image, grey, size = tr("&File"), tr("&Edit"), tr("&Image"), tr("&Grey levels"), tr("&Zoom and turn")
    view, run, help_ = tr("&View"), tr("&Run"), tr("&Help")
    return [
        Action("open_files", file, tr("&Open images..."), lambda: bench.ask_and_open("files"), ("Ctrl+O",)),
        Action("open_folder", file, tr("Open &folder..."), lambda: bench.ask_and_open("folder"), ("Ctrl+Shift+O",)),
        Action(
            "open_experiment",
            file,
            tr("Open &experiment..."),
            lambda: bench.ask_and_open("experiment"),
            ("Ctrl+E",),
            separator=True,
        ),
        Action(
            "save_experiment",
            file,
            tr("&Save experiment..."),
            bench.ask_and_save_experiment,
            ("Ctrl+S",),
            lambda: session.data is not None,
        ),
        Action("open_run", file, tr("Open &run..."), lambda: bench.ask_and_open("run"), ("Ctrl+R",)),
        Action(
            "save_picture",
            file,
            tr("Save &picture..."),
            tools.ask_and_save_picture,
            ("Ctrl+P",),
            on_shown,
            separator=True,
        ),
        Action(
            "save_named_picture",
            file,
            tr("Save picture with &names..."),
            partial(tools.ask_and_save_picture, personal=True),
            (),
            on_shown,
        ),
        Action(
            "save_layout",
            file,
            tr("Save &all images..."),
            tools.ask_and_save_layout,
            ("Ctrl+Alt+P",),
            on_several,
        ),
        Action(
            "save_named_layout",
            file,
            tr("Save all images &with names..."),
            partial(tools.ask_and_save_layout, personal=True),
            (),
            on_several,
        ),
        Action("save_film", file, tr("Save fi&lm..."), tools.ask_and_save_film, ("Ctrl+Shift+P",), on_shown),
        Action("quit", file, tr("&Quit"), window.close, ("Ctrl+Q",), separator=True),
        Action(
            "undo",
            edit,
            tr("&Undo"),
            tools.undo,
            ("Ctrl+Z",),
            lambda: tools.can_undo,
            words=lambda: tools.undo_text,
        ),
        Action(
            "redo",
            edit,
            tr("&Redo"),
            tools.redo,
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            lambda: tools.can_redo,
            words=lambda: tools.redo_text,
        ),
        Action("next_slice", image, tr("Next slice"), viewer.next_slice, ("Down", "Right"), on_images, scope=viewer),
        Action(
            "previous_slice",
            image,
            tr("Previous slice"),
            viewer.previous_slice,
            ("Up", "Left"),
            on_images,
            scope=viewer,
        ),
        Action("first_slice", image, tr("First slice"), viewer.first_slice, ("Home",), on_images, scope=viewer),
        Action("last_slice", image, tr("Last slice"), viewer.last_slice, ("End",), on_images, scope=viewer),
        Action("next_page", image, tr("Ten slices on"), viewer.next_page, ("Ctrl+Down",), on_images, scope=viewer),
        Action(
            "previous_page", image, tr("Ten slices back"), viewer.previous_page, ("Ctrl+Up",), on_images, scope=viewer
        ),
        Action("next_series", image, tr("Next series"), studies.next_series, ("PgDown",), on_studies, scope=viewer),
        Action(
            "previous_series",
            image,
            tr("Previous series"),
            studies.previous_series,
            ("PgUp",),
            on_studies,
            scope=viewer,
        ),
        Action("next_phase", image, tr("Next time or echo"), viewer.next_phase, (".",), on_phases, scope=viewer),
        Action(
            "previous_phase",
            image,
            tr("Time or echo before"),
            viewer.previous_phase,
            (",",),
            on_phases,
            scope=viewer,
        ),
        *(
            Action(
                f"preset_{number}",
                grey,
                f"{window_name(preset)} ({preset.width:.0f}/{preset.centre:.0f})",
                partial(viewer.preset, number),
                (str(number),),
                on_shown,
                separator=number == 1,
                scope=viewer,
            )
            for number, preset in sorted(PRESETS.items())
        ),
        Action(
            "auto_window",
            grey,
            tr("Automatic window"),
            viewer.auto_window,
            ("0",),
            on_shown,
            scope=viewer,
            short=tr("Auto"),
            tip=tr("Fit the window to this slice"),
        ),
        Action(
            "invert",
            grey,
            tr("Invert grey levels"),
            viewer.invert,
            ("I",),
            on_shown,
            scope=viewer,
            checked=lambda: viewer.canvas.inverted,
            short=tr("Invert"),
            tip=tr("Turn black and white round"),
        ),
        Action("dicom_tags", image, tr("DICOM &tags..."), show_tags, ("Ctrl+I",), on_dicom),
        Action("zoom_in", size, tr("Zoom in"), viewer.zoom_in, ("+",), on_shown, True, viewer),
        Action("zoom_out", size, tr("Zoom out"), viewer.zoom_out, ("-",), on_shown, scope=viewer),
        Action(
            "fit",
            size,
            tr("Fit to window"),
            viewer.fit,
            ("=",),
            on_shown,
            scope=viewer,
            short=tr("Fit"),
            tip=tr("Show the whole image"),
        ),
        Action(
            "reset",
            size,
            tr("Reset view"),
            viewer.reset,
            ("Space",),
            on_shown,
            scope=viewer,
            short=tr("Reset"),
            tip=tr("First window, first sides, whole image"),
        ),
        *display_actions(viewer, size, on_shown),
        *layer_actions(bench.layer_tools, window, tr("&Overlay"), on_shown),
        *measuring_actions(tools, window, tr("&Measure"), on_shown),
        Action(
            "personal",
            view,
            tr("Names, dates and identifiers"),
            lambda: setattr(session, "personal", not session.personal),
            ("Shift+N",),
            checked=lambda: session.personal,
            short=tr("Names"),
            tip=tr("Show names, dates and identifiers"),
            icon="names",
        ),
        Action("tab_images", view, tr("Images"), lambda: window.show_tab(viewer), ("F1",)),
        Action("tab_predictions", view, tr("Predictions"), lambda: window.show_tab(window.predictions), ("F2",)),
        Action("tab_sparsity", view, tr("Sparsity"), lambda: window.show_tab(window.sparsity), ("F3",)),
        Action("tab_speed", view, tr("Speed"), lambda: window.show_tab(window.speed), ("F4",)),
        Action("start", run, tr("&Start"), window.pruning.start, ("F5",), lambda: window.pruning.can_start),
        Action("cancel", run, tr("&Cancel"), bench.runs.cancel, ("Shift+F5",), can_cancel),
        Action(
            "sensitivity",
            run,
            tr("S&ensitivity..."),
            estimate.show_sensitivity,
            ("F6",),
            lambda: estimate.can_show_sensitivity,
        ),
        Action("open_report", run, tr("Open re&port"), bench.run_files.open_report, ("F7",), on_run, separator=True),
        Action("open_run_folder", run, tr("Open run &folder"), bench.run_files.open_folder, ("F8",), on_run),
        Action("next_case", run, tr("Next case"), lambda: cases.step(1), ("J",), comparing, True, cases),
        Action("previous_case", run, tr("Previous case"), lambda: cases.step(-1), ("K",), comparing, scope=cases),
        Action(
            "shortcuts",
            help_,
            tr("&Keyboard shortcuts"),
            lambda: shortcuts_sheet(window).open(),
            ("?",),
        ),
        Action("about", help_, tr("&About MedPrune"), lambda: about_dialog(window).open()),
    ]

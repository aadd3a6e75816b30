"""The dark look: Fusion with a palette of our own, for reading rooms."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from medprune_gui.engine.resources import resource

# Original and pruned network wherever both are drawn: blue and orange of Okabe and Ito (2008), safe for
# colour-blind readers and apart in grey.
ORIGINAL = "#56b4e9"
PRUNED = "#e69f00"
REMOVED = "#5c6370"
ZEROED = "#cc79a7"

BACKGROUND = "#16181c"
PANEL = "#1e2126"
RAISED = "#2a2e35"
BORDER = "#3a3f48"
TEXT = "#d7dae0"
MUTED = "#949aa5"
# Dark enough for white words on it (4.6:1) and bright enough to be seen on the panels (3.5:1).
ACCENT = "#3a77c0"
WARNING = "#e5c07b"

# Label maps: background is transparent; then colours of Okabe and Ito, those of the two networks last.
LABEL_COLOURS = ("#009e73", "#cc79a7", "#0072b2", "#d55e00", "#56b4e9", "#e69f00")
DIFFERENCE = "#f0e442"
# Figures that somebody drew; brighter than any label, so that they stand out over one.
MEASURED = "#b9e85a"
MEASURED_SELECTED = "#ffffff"

# Where planes cut each other: light, middle and dark of Okabe and Ito, apart for colour-blind readers and in grey.
PLANE_COLOURS = {"axial": "#f0e442", "coronal": "#56b4e9", "sagittal": "#d55e00"}
REFERENCE_LINE = "#f0e442"

_STYLE = f"""
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {BORDER}; padding: 4px; }}
QMainWindow::separator {{ background: {BACKGROUND}; width: 4px; height: 4px; }}
QDockWidget {{ color: {TEXT}; }}
QDockWidget::title {{ background: {PANEL}; padding: 6px 8px; }}
QGroupBox {{ border: 1px solid {BORDER}; border-radius: 4px; margin-top: 14px; padding: 8px 6px 6px 6px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 8px; padding: 0 4px; color: {MUTED}; }}
QPushButton {{ background: {RAISED}; border: 1px solid {BORDER}; border-radius: 4px; padding: 5px 12px; }}
QPushButton:hover {{ border-color: {ACCENT}; }}
QPushButton:disabled {{ color: {REMOVED}; }}
QPushButton[primary="true"] {{ background: {ACCENT}; color: white; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[primary="true"]:disabled {{ background: {RAISED}; color: {REMOVED}; border-color: {BORDER}; }}
QLabel[muted="true"] {{ color: {MUTED}; }}
QLabel[warning="true"], QToolButton[warning="true"] {{ color: {WARNING}; }}
QHeaderView::section {{ background: {RAISED}; border: none; border-right: 1px solid {BORDER}; padding: 4px 6px; }}
QProgressBar {{ background: {BACKGROUND}; border: 1px solid {BORDER}; border-radius: 4px; text-align: center; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ qproperty-drawBase: 0; }}
QToolButton::menu-indicator {{ image: none; }}
QCheckBox, QRadioButton {{ spacing: 6px; margin-right: 8px; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {MUTED};
    background: {BACKGROUND}; }}
QCheckBox::indicator {{ border-radius: 3px; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox::indicator:checked {{ image: url(@check@); }}
QRadioButton::indicator:checked {{ image: url(@dot@); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {BORDER}; }}
QTabBar::tab {{ background: {PANEL}; padding: 6px 14px; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ border-bottom-color: {ACCENT}; color: white; }}
"""


def apply_theme(app: QApplication) -> None:
    """Give the application the dark palette, its style sheet, and a font where the system has none."""
    app.setStyle("Fusion")
    if not QFontDatabase.families():
        # Minimal systems have no fonts at all; matplotlib brings one along.
        from matplotlib import get_data_path

        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"):
            QFontDatabase.addApplicationFont(f"{get_data_path()}/fonts/ttf/{name}")
        app.setFont(QFont("DejaVu Sans"))
    font = app.font()
    font.setPointSizeF(9.5)
    app.setFont(font)
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: PANEL,
        roles.WindowText: TEXT,
        roles.Base: BACKGROUND,
        roles.AlternateBase: PANEL,
        roles.Text: TEXT,
        roles.PlaceholderText: MUTED,
        roles.Button: RAISED,
        roles.ButtonText: TEXT,
        roles.BrightText: WARNING,
        roles.ToolTipBase: RAISED,
        roles.ToolTipText: TEXT,
        roles.Link: ORIGINAL,
        roles.LinkVisited: ORIGINAL,
        roles.Highlight: ACCENT,
        roles.HighlightedText: "#ffffff",
        roles.Accent: ACCENT,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(REMOVED))
    app.setPalette(palette)
    style = _STYLE
    for name in ("check", "dot"):
        style = style.replace(f"@{name}@", resource(f"icons/{name}.svg").as_posix())
    app.setStyleSheet(style)

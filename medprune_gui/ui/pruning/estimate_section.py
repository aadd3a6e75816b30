"""What the pruning settings would leave, and what of the network can go at all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from medprune_gui.engine.records import Certificate, PlanEstimate, percent_down
from medprune_gui.engine.settings.budgets import in_quantity
from medprune_gui.session.session import Session
from medprune_gui.ui.compare.quantities import count_words, latency_words, ratio_words, size_words
from medprune_gui.ui.pruning.certificate_view import CertificateDialog
from medprune_gui.ui.pruning.estimate_row import EstimateRow
from medprune_gui.ui.pruning.groups_dialog import GroupsDialog
from medprune_gui.ui.pruning.sensitivity_dialog import SensitivityDialog

_MARGIN = 4


class EstimateSection(QGroupBox):
    """Shows ``session.estimate``, ``session.certificate`` and ``session.analysis_note``; writes nothing.

    Signals
    -------
    measure_requested, cancel_measuring_requested
        The sensitivity of the channel groups is to be measured, or no longer.
    """

    measure_requested = Signal()
    cancel_measuring_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Estimate"))
        self._session = session
        self._dialog: CertificateDialog | None = None
        self._groups_dialog: GroupsDialog | None = None
        self._sensitivity_dialog: SensitivityDialog | None = None
        self.state = QLabel()
        self.state.setObjectName("estimate_state")
        self.state.setWordWrap(True)
        self.parameters_row, self.macs_row = EstimateRow(self.tr("Parameters")), EstimateRow(self.tr("MACs"))
        self.size_row = EstimateRow(self.tr("Model file"), bar=False)  # Its bar would be that of the parameters.
        self.size_row.setToolTip(self.tr("Weights in single precision, without the file's header"))
        self.time_row = EstimateRow(self.tr("Time"))
        self.peak_row = EstimateRow(self.tr("Peak memory"))
        self.peak_row.setToolTip(self.tr("What a forward pass holds at once at most, measured"))
        self._rows = (self.parameters_row, self.macs_row, self.size_row, self.time_row, self.peak_row)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for row in self._rows:
            column.addWidget(row)
        self.rough = QLabel(self.tr("Rough: ranked by untrained weights; the run ranks by trained ones."))
        self.rough.setObjectName("estimate_rough")
        self.rough.setProperty("muted", True)
        self.rough.setWordWrap(True)
        column.addWidget(self.rough)
        self.notes = QLabel()
        self.notes.setObjectName("estimate_notes")
        self.notes.setProperty("muted", True)
        self.notes.setWordWrap(True)
        column.addWidget(self.notes)
        self._figures = QWidget()
        self._figures.setLayout(column)
        self.certificate = QLabel()
        self.certificate.setObjectName("certificate_summary")
        self.certificate.setWordWrap(True)
        self.details_button = QPushButton(self.tr("What can be pruned..."))
        self.details_button.setObjectName("certificate_button")
        self.details_button.setToolTip(self.tr("Every group of channels, and why some must stay"))
        self.details_button.clicked.connect(self._show_details)
        self.groups_button = QPushButton()
        self.groups_button.setObjectName("groups_button")
        self.groups_button.clicked.connect(self._show_groups)
        self.sensitivity_button = QPushButton(self.tr("Sensitivity..."))
        self.sensitivity_button.setObjectName("sensitivity_button")
        self.sensitivity_button.setToolTip(self.tr("What pruning each group of channels costs on the validation cases"))
        self.sensitivity_button.clicked.connect(self.show_sensitivity)
        by_group = QHBoxLayout()  # All three side by side need a wider dock.
        by_group.addWidget(self.groups_button)
        by_group.addWidget(self.sensitivity_button)
        by_group.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 2, _MARGIN, 2)
        layout.addWidget(self.state)
        layout.addWidget(self._figures)
        layout.addWidget(self.certificate)
        layout.addWidget(self.details_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(by_group)
        session.data_changed.connect(self._forget)
        session.model_changed.connect(self._forget)
        session.data_changed.connect(self._redraw_state)
        session.analysis_note_changed.connect(self._redraw_state)
        session.estimate_changed.connect(self._redraw_estimate)
        session.certificate_changed.connect(self._redraw_certificate)
        session.measuring_changed.connect(self._redraw_state)
        session.pruning_changed.connect(self._redraw_groups_button)
        session.pruning_changed.connect(self._redraw_certificate_words)
        self._redraw_groups_button()
        self._forget()
        self._redraw_estimate(session.estimate)
        self._redraw_certificate(session.certificate)

    def _redraw_state(self) -> None:
        note = self._session.analysis_note
        if note:
            text = note
        elif self._session.data is None:
            text = self.tr("Choose data to see what pruning would leave.")
        elif self._session.estimate is None:
            measuring = self._session.measuring
            busy = measuring is not None and measuring.active
            text = self.tr("The estimate follows when sensitivity is measured.") if busy else self.tr("Calculating...")
        else:
            text = ""
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.state.setProperty("warning", bool(note))
        self.state.setProperty("muted", not note)
        self.state.style().polish(self.state)

    def _forget(self) -> None:
        # Figures of another network would mislead; those of other settings only wait for the next ones.
        self._figures.setVisible(self._session.estimate is not None)

    def _redraw_estimate(self, estimate: PlanEstimate | None) -> None:
        self._figures.setEnabled(estimate is not None)
        self._redraw_state()
        if estimate is None:
            return
        self._figures.show()
        fewer, more = self.tr("fewer"), self.tr("more")
        # Untrained networks hold zeros of their own, such as biases; only those of a mask are of interest.
        masked = self._session.pruning.zeroes
        zeroed = estimate.parameters_after - estimate.nonzero_after if masked else 0
        before = max(estimate.parameters_before, 1)
        self.parameters_row.show_figures(
            count_words(estimate.parameters_before),
            count_words(estimate.parameters_after),
            ratio_words(estimate.parameters_before, estimate.parameters_after, fewer, more),
            self.tr("{zeroed} zeroed").format(zeroed=count_words(zeroed)) if zeroed else "",
        )
        self._show_shares(self.parameters_row, (estimate.parameters_after - zeroed) / before, zeroed / before)
        self.macs_row.show_figures(
            count_words(estimate.macs_before),
            count_words(estimate.macs_after),
            ratio_words(estimate.macs_before, estimate.macs_after, fewer, more),
        )
        self._show_shares(self.macs_row, estimate.macs_after / max(estimate.macs_before, 1))
        self._redraw_time(estimate)
        before_bytes = in_quantity("bytes", estimate.parameters_before, estimate.macs_before)
        after_bytes = in_quantity("bytes", estimate.parameters_after, estimate.macs_after)
        smaller, larger = self.tr("smaller"), self.tr("larger")
        self.size_row.show_figures(
            size_words(before_bytes), size_words(after_bytes), ratio_words(before_bytes, after_bytes, smaller, larger)
        )
        ranked_untrained = self._session.pruning.allocation == "global" and self._session.model.weights is None
        self.rough.setVisible(ranked_untrained)
        self._redraw_peak(estimate)
        self.notes.setText("\n".join(estimate.notes))
        self.notes.setVisible(bool(estimate.notes))
        self._fit_rows()

    def _redraw_time(self, estimate: PlanEstimate) -> None:
        before, after = estimate.milliseconds_before, estimate.milliseconds_after
        self.time_row.setVisible(before is not None and after is not None)
        if before is None or after is None:
            return
        self.time_row.show_figures(
            latency_words(before),
            self.tr("about {time}").format(time=latency_words(after)),
            ratio_words(before, after, self.tr("faster"), self.tr("slower")),
        )
        self.time_row.setToolTip(
            self.tr("{how}: measured, and predicted from measured times of layers").format(how=estimate.timed_in)
        )
        self._show_shares(self.time_row, min(after / before, 1.0) if before else 1.0)

    def _redraw_peak(self, estimate: PlanEstimate) -> None:
        before, after = estimate.peak_bytes_before, estimate.peak_bytes_after
        self.peak_row.setVisible(before is not None and after is not None)
        if before is None or after is None:
            return
        less, more = self.tr("less"), self.tr("more")
        self.peak_row.show_figures(size_words(before), size_words(after), ratio_words(before, after, less, more))
        self._show_shares(self.peak_row, after / max(before, 1))

    def _show_shares(self, row: EstimateRow, kept: float, zeroed: float = 0.0) -> None:
        if row.bar is not None:
            row.bar.show_shares(kept, zeroed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the figures lines of their own where the panel is narrow."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        # All alike: a list in which some rows break looks broken.
        room = self.contentsRect().width() - 2 * _MARGIN
        stacked = any(row.width_in_one_line > room for row in self._rows if not row.isHidden())
        for row in self._rows:
            row.stack(stacked)

    def _redraw_certificate(self, certificate: Certificate | None) -> None:
        for button in (self.groups_button, self.sensitivity_button):
            button.setVisible(certificate is not None)
        if self._dialog is not None:
            self._dialog.close()
        self._redraw_certificate_words()

    def _redraw_certificate_words(self) -> None:
        certificate = self._session.certificate
        self.certificate.setVisible(certificate is not None)
        self.details_button.setVisible(certificate is not None and self._session.pruning.granularity != "layer")
        if certificate is not None:
            self.certificate.setText(self._certificate_words(certificate))

    def _certificate_words(self, certificate: Certificate) -> str:
        if self._session.pruning.granularity == "layer":
            return self.tr(
                "Layers and residual blocks can go whose output has the shape of their input: each is tried first."
            )
        prunable = sum(group.prunable for group in certificate.groups)
        if not prunable:
            return self.tr("Nothing of this network can be pruned: see why below.")
        lines = [
            self.tr("Up to {parameters} of the parameters and {macs} of the MACs can go.").format(
                parameters=f"{percent_down(certificate.parameters_prunable)}\N{NO-BREAK SPACE}%",
                macs=f"{percent_down(certificate.macs_prunable)}\N{NO-BREAK SPACE}%",
            ),
            self.tr("Prunable: {n} of {m} groups of channels.").format(n=prunable, m=len(certificate.groups)),
            self.tr("Exact: yes, proven by trial (largest difference {error}).").format(
                error=f"{certificate.max_error:.1e}"
            )
            if certificate.exact
            else self.tr("Exact: no (largest difference {error}).").format(error=f"{certificate.max_error:.1e}"),
        ]
        return "\n".join(lines)

    def _show_details(self) -> None:
        if self._dialog is None and self._session.certificate is not None:
            self._dialog = CertificateDialog(self._session.certificate, self)
            self._dialog.finished.connect(self._forget_dialog)
        if self._dialog is not None:
            self._dialog.show()
            self._dialog.raise_()
            self._dialog.activateWindow()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _redraw_groups_button(self) -> None:
        pruning = self._session.pruning
        own = f" ({len(pruning.groups)})" if pruning.groups else ""
        self.groups_button.setText(self.tr("Groups...") + own)
        channels = pruning.granularity == "channel"
        self.groups_button.setEnabled(channels)
        self.sensitivity_button.setEnabled(channels)
        self.groups_button.setToolTip(
            self.tr("Lock groups of channels, or give them amounts of their own")
            if channels
            else self.tr("Where channels are removed, groups can be locked or given amounts of their own")
        )
        if self._groups_dialog is not None and not channels:
            self._groups_dialog.close()

    def _show_groups(self) -> None:
        if self._groups_dialog is None:
            self._groups_dialog = GroupsDialog(self._session, self)
            self._groups_dialog.finished.connect(self._forget_groups_dialog)
        self._groups_dialog.show()
        self._groups_dialog.raise_()
        self._groups_dialog.activateWindow()

    def _forget_groups_dialog(self) -> None:
        self._groups_dialog = None

    @property
    def can_show_sensitivity(self) -> bool:
        """Whether there are channel groups to show it of."""
        return self._session.certificate is not None and self._session.pruning.granularity == "channel"

    def show_sensitivity(self) -> None:
        """Open the dialog of sensitivity curves, or bring it to the front."""
        if self._sensitivity_dialog is None:
            dialog = self._sensitivity_dialog = SensitivityDialog(self._session, self)
            dialog.measure_requested.connect(self.measure_requested)
            dialog.cancel_requested.connect(self.cancel_measuring_requested)
            dialog.finished.connect(self._forget_sensitivity_dialog)
        self._sensitivity_dialog.show()
        self._sensitivity_dialog.raise_()
        self._sensitivity_dialog.activateWindow()

    def _forget_sensitivity_dialog(self) -> None:
        self._sensitivity_dialog = None

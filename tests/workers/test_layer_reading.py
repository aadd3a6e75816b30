"""Layers are read by the image process, whatever else it is asked for and whatever the file does to it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from medprune_gui.engine.imaging import read_image, scan
from medprune_gui.engine.imaging.layers import read_layer
from medprune_gui.workers.image_thread import ImageThread


@pytest.fixture
def thread():
    thread = ImageThread(silence_s=2.0)
    yield thread
    thread.stop()


@pytest.fixture
def labels(data_root):
    return sorted((data_root / "mri_hippocampus_seg" / "labels").glob("*.nii*"))[0]


def test_a_layer_comes_with_its_kind_and_its_values_beside_a_load(qtbot, thread, data_root, labels):
    ct = scan(data_root / "dicom_ct_head_phantom")[0].series[0]
    found = []
    thread.layer_read.connect(lambda *layer: found.append(layer))
    thread.start()
    with qtbot.waitSignals([thread.layer_read, thread.loaded], timeout=20_000):
        thread.load(ct)
        thread.read_layer(labels)
    ((path, kind, volume),) = found
    assert (path, kind) == (labels, "labels")
    np.testing.assert_array_equal(volume.array, read_image(labels).array)
    np.testing.assert_array_equal(volume.affine_lps, read_layer(labels).volume.affine_lps)
    with qtbot.waitSignal(thread.layer_read, timeout=20_000) as signal:
        thread.read_layer(labels, "heat")
    assert signal.args[1] == "heat"
    assert signal.args[2].array.dtype == np.float32


def test_what_cannot_be_read_is_said_with_its_file(qtbot, thread, tmp_path, labels):
    damaged, colour = tmp_path / "damaged.nii.gz", tmp_path / "colour.png"
    damaged.write_bytes(labels.read_bytes()[: labels.stat().st_size // 2])
    Image.fromarray(np.arange(300).astype(np.uint8).reshape(10, 10, 3)).save(colour)
    thread.start()
    for path in (damaged, colour, tmp_path / "missing.nii"):
        with qtbot.waitSignal(thread.layer_failed, timeout=20_000) as signal:
            thread.read_layer(path)
        assert signal.args[0] == path
        assert signal.args[1].where == str(path)
    with qtbot.waitSignal(thread.layer_read, timeout=20_000):
        thread.read_layer(labels)

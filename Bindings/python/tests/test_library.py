"""Which library is loaded."""

import pytest
from conftest import build_liar

from fexwallet import LibraryError, _library


def test_a_library_of_another_interface_is_refused(tmp_path):
    with pytest.raises(LibraryError, match="interface"):
        _library.Library(str(build_liar(tmp_path, "-DABI=2000")))


def test_a_newer_library_of_the_same_interface_is_taken(tmp_path):
    assert _library.Library(str(build_liar(tmp_path, "-DABI=1007"))).abi_version == 1007


@pytest.mark.parametrize("path", ["libnothing-at-all.so", "libm.so.6", __file__])
def test_what_is_no_library_of_ours_is_named(path):
    with pytest.raises(LibraryError, match="no libfexwallet"):
        _library.Library(path)


@pytest.mark.parametrize("is_beside", [True, False])
def test_the_library_beside_the_module_goes_first_then_that_of_the_environment(tmp_path, monkeypatch, is_beside):
    loaded = []
    monkeypatch.setattr(_library, "__file__", str(tmp_path / "_library.py"))
    monkeypatch.setattr(_library, "Library", loaded.append)
    monkeypatch.setenv("FEXWALLET_LIBRARY", "elsewhere.so")
    if is_beside:
        (tmp_path / "libfexwallet.so").touch()
    _library.library.__wrapped__()
    assert loaded == [str(tmp_path / "libfexwallet.so") if is_beside else "elsewhere.so"]


def test_without_either_it_is_the_systems(tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr(_library, "__file__", str(tmp_path / "_library.py"))
    monkeypatch.setattr(_library, "Library", loaded.append)
    monkeypatch.delenv("FEXWALLET_LIBRARY", raising=False)
    _library.library.__wrapped__()
    assert loaded == ["libfexwallet.so"]

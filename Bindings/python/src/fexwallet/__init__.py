"""A Fex wallet: the customer's side of the Fex payment platform.

`Wallet` waits for its answers, `AsyncWallet` is for asyncio. Both speak to libfexwallet, which comes with the wheel.
"""

from fexwallet.aio import AsyncWallet, AsyncWatch
from fexwallet.errors import Closed, LibraryError, WalletError
from fexwallet.host import HTTP, HostError, HTTPAnswer, HTTPCall, Secrets, Signer
from fexwallet.methods import Shown, ShownTerms
from fexwallet.opening import Options
from fexwallet.pure import money, parse, proof_verify, version
from fexwallet.wallet import Wallet, Watch

__all__ = [
    "HTTP", "AsyncWallet", "AsyncWatch", "Closed", "HTTPAnswer", "HTTPCall", "HostError", "LibraryError", "Options",
    "Secrets", "Shown", "ShownTerms", "Signer", "Wallet", "WalletError", "Watch", "money", "parse", "proof_verify",
    "version"]

// The functions of fex.h. Their documentation is there, for those who call them.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CFexWallet
import Foundation
import WalletMessages

/// What was opened and not yet closed. There is one in a process.
private let wallets = HandleTable()

@c @implementation
public func fex_abi_version() -> UInt32 { UInt32(MessageVersion.abi) }

@c @implementation
public func fex_execute(_ request: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
    unsafe PureMessages.execute(HostText.bytes(of: request)).givenToHost()
}

@c @implementation
public func fex_open(_ configuration: UnsafePointer<CChar>?) -> OpaquePointer? {
    let number = wallets.open(configuration: unsafe HostText.copy(of: configuration))
    return unsafe OpaquePointer(bitPattern: number)
}

@c @implementation
public func fex_send(_ wallet: OpaquePointer?, _ message: UnsafePointer<CChar>?) -> fex_status {
    guard case .open(let wallet) = wallets[UInt(bitPattern: wallet)] else { return FEX_CLOSED }
    return switch unsafe wallet.send(HostText.bytes(of: message)) {
    case .taken: FEX_OK
    case .closed: FEX_CLOSED
    case .notAMessage: FEX_NOT_A_MESSAGE
    }
}

@c @implementation
public func fex_receive(_ wallet: OpaquePointer?, _ milliseconds: Int32) -> UnsafeMutablePointer<CChar>? {
    switch wallets[UInt(bitPattern: wallet)] {
    case .open(let wallet): unsafe wallet.receive(within: milliseconds)?.givenToHost()
    case .closed: unsafe HostedWallet.lastMessage.givenToHost()
    case .unknown: nil
    }
}

@c @implementation
public func fex_set_wake(
    _ wallet: OpaquePointer?, _ wake: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
    _ context: UnsafeMutableRawPointer?
) {
    guard case .open(let wallet) = wallets[UInt(bitPattern: wallet)] else { return }
    unsafe wallet.setWake(wake.map { unsafe Wake($0, context) })
}

@c @implementation
public func fex_close(_ wallet: OpaquePointer?) { wallets.close(UInt(bitPattern: wallet)) }

@c @implementation
public func fex_free(_ string: UnsafeMutablePointer<CChar>?) { unsafe free(string) }

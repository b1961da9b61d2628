/// Where a transport is known to fall short of the contract, because what it is built on gives no more.
public enum HTTPTransportDifference: Hashable, Sendable {
    /// A call that is cancelled, or whose time is up, at the moment when it is redirected ends the process. URLSession on
    /// Linux asks its delegate about a redirect, and takes it for a fatal error if the task is gone when it answers.
    case cancellingARedirectIsFatal
    /// The limit to connecting is not kept apart from the total limit, and a call that timed out while connecting is
    /// reported as one that may have been sent. URLSession says nothing of where a call stands.
    case connectLimitIsTotalLimit
    /// A body that comes faster than it is taken away fills the memory, and is not cut at the limit. URLSession on Linux
    /// does not make the network wait for its delegate, and a call to cancel waits for the network.
    case floodsAreNotCut
    /// A certificate that is not acceptable is reported as a lost connection, which may have been sent. URLSession on
    /// Linux reports libcurl's TLS errors as unknown. (The call does fail.)
    case insecureIsNotTold
    /// An answer that breaks off within its head, or ends with trailers, ends the process. URLSession on Linux takes both
    /// for fatal errors of its own; that alone keeps it out of anything but tests there.
    case oddHeadsAreFatal
    /// Bytes that are not HTTP in mid-answer are reported as a lost connection. URLSession on Linux reports libcurl's
    /// complaints about them as unknown.
    case malformedIsNotTold
    /// A kept connection that breaks under a request is not reported: the request is perhaps repeated, whatever its
    /// method, and perhaps not heard of until its time is up. URLSession on Linux leaves that to libcurl, and doesn't
    /// support what libcurl needs to repeat a body.
    case brokenKeptConnectionsAreNotTold
}

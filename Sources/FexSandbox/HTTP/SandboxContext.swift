import Hummingbird
import Logging

/// What a handler knows of the request besides the request itself.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

import FexValues

extension StoreTransaction {
    /// Makes an intent that is shown as a QR code.
    ///
    /// - Parameter draw: Makes the image of the code.
    func createIntent(
        _ request: NewIntent, merchantID: String, draw: (Intent) -> String?
    ) throws -> Intent {
        var intent = try intent(request, merchantID: merchantID, status: .pending)
        intent.qrCodeURL = draw(intent)
        try insert(intent)
        return intent
    }

    /// Makes an intent that is aimed at the wallet whose code a till scanned, and enqueues the wallet's event.
    func createAimedIntent(_ request: NewIntent, merchantID: String) throws -> Intent {
        guard request.counterID != nil else { throw PlatformError.badRequest("counter_id is required") }
        var intent = try intent(request, merchantID: merchantID, status: .pendingApproval)
        guard let token = request.scanToken, let wallet = try wallet(token),
            try isOnFile(walletID: wallet.id)
        else {
            throw PlatformError.notFound("no wallet has this scan_token")
        }
        intent.targetWalletID = wallet.id
        intent.approvalSeq = try nextApprovalSeq()
        try insert(intent)
        try enqueueApprovalRequested(intent, walletID: wallet.id)
        return intent
    }

    private func intent(_ request: NewIntent, merchantID: String, status: IntentStatus) throws -> Intent {
        guard let merchantName = try businessName(merchantID: merchantID) else {
            throw PlatformError.notFound("there is no merchant with this id")
        }
        if let counterID = request.counterID {
            guard let counter = try counter(counterID, merchantID: merchantID) else {
                throw PlatformError.notFound("the merchant has no counter with this id")
            }
            guard counter.isActive else { throw PlatformError.conflict("the counter has been deactivated") }
        }
        return Intent(
            id: entropy.uuid(), merchantID: merchantID, merchantName: merchantName, counterID: request.counterID,
            amount: request.amount, status: status, description: request.description, reference: request.reference,
            callbackURL: request.callbackURL, metadata: request.metadata, createdAt: now, updatedAt: now,
            expiresAt: now.adding(seconds: request.expiresIn))
    }

    /// The intent with an id, for someone who may act for its merchant.
    ///
    /// - Throws: ``PlatformError`` 404, also for another merchant's intent: only its merchant knows that it exists.
    func intent(_ id: String, for principal: Principal) throws -> Intent {
        guard let intent = try intent(id), principal.mayActFor(merchantID: intent.merchantID) else {
            throw PlatformError.notFound("there is no payment intent with this id")
        }
        return intent
    }

    /// Withdraws an intent.
    ///
    /// - Throws: ``PlatformError`` 404, or 409 where it has been decided, withdrawn or expired already.
    func cancelIntent(_ id: String, for principal: Principal) throws -> Intent {
        let intent = try intent(id, for: principal)
        guard let cancelled = try apply(.cancel, to: intent) else {
            throw PlatformError.conflict("a payment intent that is \(intent.status.rawValue) can't be cancelled")
        }
        return cancelled
    }
}

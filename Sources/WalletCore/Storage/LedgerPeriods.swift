/// The periods of twelve days by which the ledger's ids and amounts are indexed.
enum LedgerPeriods {
    /// The period of a place.
    static let ofPlace = "place >> 34"

    /// Begins a statement that looks into each period in turn, the newest first, as `period.number`.
    static let all = """
        WITH RECURSIVE period (number) AS (
            SELECT max(place) >> 34 FROM ledger_transaction
            UNION ALL
            SELECT number - 1 FROM period WHERE number > (SELECT min(place) >> 34 FROM ledger_transaction)
        )
        """
}

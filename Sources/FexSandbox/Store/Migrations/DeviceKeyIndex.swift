/// Devices found by their key. Not unique: databases of before may hold a key under several ids.
enum DeviceKeyIndex {
    static let sql = """
        CREATE INDEX devices_by_key ON devices (wallet_id, public_key) WHERE deleted_at IS NULL;
        """
}

/// An index of devices by their key. Not unique: earlier versions registered one key under several ids.
enum DeviceKeyIndex {
    static let sql = """
        CREATE INDEX devices_by_key ON devices (wallet_id, public_key) WHERE deleted_at IS NULL;
        """
}

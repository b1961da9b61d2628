/// The answer to a renewal, kept for as long as it may be asked for again.
enum RefreshTokenAnswers {
    static let sql = """
        ALTER TABLE refresh_tokens ADD COLUMN rotated_at INTEGER;
        ALTER TABLE refresh_tokens ADD COLUMN answer TEXT CHECK (answer IS NULL OR rotated_at IS NOT NULL);
        CREATE INDEX refresh_tokens_answered ON refresh_tokens (rotated_at) WHERE answer IS NOT NULL;
        """
}

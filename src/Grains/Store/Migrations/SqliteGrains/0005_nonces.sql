-- Nonces are listed, and removed with their target, by what they open.
CREATE INDEX grain_state_nonces ON grain_state (json_extract(state, '$.Target'), grain_key) WHERE grain_type = 'nonce';

extension SigningKey {
    /// The key of every sandbox that has a seed, so that equal seeds give equal tokens: a signature of RS256 follows from key
    /// and message alone.
    ///
    /// A TEST KEY, and public. What it signs proves nothing; no platform with anything to lose may trust it.
    public static let test = Result { try SigningKey(pem: testPEM) }

    private static let testPEM = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAsnAAxOy402O+rT5u5TACgFfxen4pYk9NNgQIfimhxgtQ6I/c
        b6u+u8L+EMHq3QkDUS2/ssmb1vse6zsaeyYPHWXR6p/zeL3KMtfATkw3NTCPBxMt
        qE9RCvEG2UWvLpBKe/OwWjLpasjVo2hnbmtroAvCkgHhOVMCkuiPyu1ZfWwFz4Uq
        jtRB9WXGNKjV5Qw4PJyWWMsVRH+mj7L+S1iwmwvOWOSpVehfhddA5FU5rBzSnY0D
        pzS4kepYel8dmsRZ35QeKTWg6WwFeLsrYywo2zIFmrlhjCh3ydCsmJt/lwIdbvq7
        ZxU97mzin7QqwYe3Rt5htCsYzH9lxubzv0PMOQIDAQABAoIBACu9p36efdc54//B
        ZntRp8dQ543Mt/XUtTtoxTEyIOk0lG6R92o7elu6GsA+XQW2hCTl91BLOiO6ttNY
        j28BPyLIdysR7yPZuGN6vnYjGkR0ZRdJpP9VhCsPtwtTWPRr5ApbDA+sW8o0taQj
        P3mSpRUcVOOoSM7d0at0DW2j/bQv+bqT8UtlnEUbGebnZe7Z6w0Q7nt9YZgopn9b
        OVQjaTdwMzdhUX4yigd/ZrbYpxAAfJMhLifX9b/LmWBPJi4klh+y2bN330a7oTbK
        WQAuJlrNMaMK5EwnhT4jcdGd74YMNaf7qHGELeBpAsJJo53158xG+/8K+KccR2YQ
        FsuLpDUCgYEA66f9ew1L8Xesw+Pu2+hQKh9sjlqVsGAWfnDKaEnLbOhYlsQe+bTU
        zz8c0jt9MiCRgsr/Uqds29xFZ6LEUvZEC1rzoW0pJJwaitdGdTmw4sMRDsmHuN+n
        iJQlrUaMVdRAEgboU5X1hdwHqC/lknhWvnL/zGAYO0L/TO1zSNAoMYUCgYEAwdd6
        TVxdlgQf6MaBXrZlVJMtwHIvj4B3aHlkWauaPORoHOicGQHYY6dW4P1FCthctGP2
        4saYl+sCVEYwdBIqa7LRpfszucH53XwdfZilUl96HhbXa+OU+nMCw5xujkyNZFtQ
        nO744xlVOxXX8Ti76s5Nu9ClbLAhxgmku9/xVCUCgYAKLRDnFWXoIXDWbKtN17RO
        fVjktMit+xg9kYVMB5O/OjFJIWLtCX//Cwylj2gSmBFwgm+QFCbBP7vHg+HSa0v4
        6Y6Hs/0I1azXvgAO49TdlerQpqcztoS3gx41Y0yAEFBL9vxlT55wj1XNT3QsZQHp
        63FcU/H37Sa1HbPSuxphOQKBgHgSlfvdv0rx+yIh9HlK2rHtCWYwVS27EjxxFaxG
        FCCsC6H8pNUIw5XXToXH3UC+jY5gbcpD4roYJTU21UTRC93ywtLiLERg1/pOq6Xl
        LGM+KVMCKyb1ro8FNy0cdY9H9D26ItFTZnCmfJlBCqat0hm8+YHh2Nbes80MpDKM
        odzRAoGBAK+X3SepRBM1WdPWHz/Qozr+OEiVObVC+ZrjQMfp7k1cDxhjhJ7ZgMu9
        tfZF4RVpRTXUfkGMLKTuoa5biyfMROGDmm/las316nNifieE13pMVRcfNirdOiFu
        zgK2SELp2vra3HiRa6oOu5eyPI9G2PBy/pZh5EkHGvmtFpV1b1CX
        -----END RSA PRIVATE KEY-----
        """
}

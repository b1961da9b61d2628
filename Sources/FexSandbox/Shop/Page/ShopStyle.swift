/// How the sample shop looks: one column on a phone, light or dark as the person prefers.
enum ShopStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --ink: #14202b; --soft: #4f5f6d; --page: #f5f3ef; --paper: #fff; --line: #d6d9dc;
          --strong: #0b5cad; --on-strong: #fff; --good: #14632f; --bad: #a01b1b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #edf2f6; --soft: #a9b7c3; --page: #10171d; --paper: #1a242d; --line: #35434f;
            --strong: #7db8f5; --on-strong: #0c1a27; --good: #7fd79c; --bad: #ff9d94;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--page); font: 1rem/1.5 system-ui, sans-serif; }
        header, main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem; }
        header { padding-bottom: 0; }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
        h2 { margin: 0; font-size: 1.1rem; }
        p { margin: .2rem 0 0; }
        .soft { color: var(--soft); }
        ul { display: grid; gap: 1rem; margin: 0; padding: 0; list-style: none;
          grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
        li { display: flex; flex-direction: column; padding: 1rem; border: 1px solid var(--line);
          border-radius: .75rem; background: var(--paper); }
        .price { margin: .8rem 0 .9rem; font-size: 1.3rem; font-weight: 700; font-variant-numeric: tabular-nums; }
        button { min-height: 2.75rem; margin-top: auto; padding: .6rem 1rem; border: 0; border-radius: .5rem;
          color: var(--on-strong); background: var(--strong); font: inherit; font-weight: 600; cursor: pointer; }
        button[aria-busy] { opacity: .65; }
        :focus-visible { outline: 3px solid var(--strong); outline-offset: 3px; }
        #news { position: sticky; top: 0; min-height: 3.6rem; margin: 0 0 .5rem; padding: .3rem 0; background: var(--page);
          overflow-wrap: anywhere; }
        #news.good { color: var(--good); font-weight: 600; }
        #news.bad { color: var(--bad); font-weight: 600; }

        """
}

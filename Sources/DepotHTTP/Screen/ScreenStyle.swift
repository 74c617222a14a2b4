/// The counter screen's style: readable from two metres, light or dark as the browser wishes.
let screenStyle = #"""
    :root {
      color-scheme: light dark;
      --ground: #eef1f4; --card: #ffffff; --ink: #14181d; --faint: #55606c; --line: #cfd6dd;
      --done: #0a7a3c; --info: #1259b8; --already: #8a6100; --duplicate: #6b3fa0;
      --refused: #b3141d; --unknown: #b0420a; --again: #8c1c56; --idle: #e2e7ec;
      --on: #ffffff;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #0e1216; --card: #181e25; --ink: #f0f4f8; --faint: #9eabb8; --line: #2f3944;
        --done: #12894a; --info: #2468c7; --already: #96700c; --duplicate: #7a4fb3;
        --refused: #c4262f; --unknown: #bb5016; --again: #a02c68; --idle: #232b34;
      }
    }
    * { box-sizing: border-box; margin: 0; }
    [hidden] { display: none !important; }
    html { font: 18px/1.3 system-ui, "DejaVu Sans", sans-serif; }
    body {
      min-height: 100vh; background: var(--ground); color: var(--ink); padding: 0.8rem; gap: 0.8rem; display: grid;
      grid-template: auto 1fr auto / minmax(0, 1fr) 19rem;
      grid-template-areas: "header header" "lanes recent" "scanners scanners";
    }
    header { grid-area: header; display: flex; gap: 1.5rem; align-items: baseline; }
    h1 { font-size: 1.5rem; margin-right: auto; overflow-wrap: anywhere; }
    header h1, .lane-name, .lane-title .faint, .holder-name, .result-text, .result-more, .what-text, #recent .when {
      display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--lines); line-clamp: var(--lines);
      overflow: hidden; --lines: 1;
    }
    .holder-name, .result-more { --lines: 2; }
    .result-text, .what-text { --lines: 3; }
    h2 { font-size: 1rem; color: var(--faint); font-weight: 600; }
    #summary { color: var(--faint); }
    #clock { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
    #lanes {
      grid-area: lanes; display: grid; gap: 0.8rem; align-content: stretch;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
      grid-auto-rows: minmax(max-content, auto); min-height: 0; overflow: auto;
    }
    .empty { place-self: center; text-align: center; font-size: 1.6rem; color: var(--faint); padding: 2rem; }

    .lane {
      background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; overflow: hidden;
      display: flex; flex-direction: column; min-width: 0; container-type: inline-size;
    }
    .lane.off { opacity: 0.75; }
    .lane-head { display: flex; gap: 0.8rem; padding: 0.5rem 0.9rem; align-items: center; }
    .lane-title { margin-right: auto; min-width: 0; overflow-wrap: anywhere; }
    .lane-name { font-size: 1.2rem; font-weight: 700; }
    .mode {
      font-weight: 700; letter-spacing: 0.04em; text-transform: uppercase; border: 2px solid currentColor;
      border-radius: 0.4rem; padding: 0 0.5rem;
    }
    .faint { color: var(--faint); }
    .warn { color: var(--refused); font-weight: 700; }
    .holder { padding: 0.3rem 0.9rem 0.6rem; min-height: 5rem; border-top: 1px solid var(--line); }
    .holder-label { color: var(--faint); }
    .holder-name { font-size: clamp(1.8rem, 6cqi, 3.2rem); font-weight: 700; line-height: 1.15; overflow-wrap: anywhere; }
    .holder-none { font-size: clamp(1.3rem, 4.5cqi, 2.2rem); color: var(--faint); }
    .bar { height: 0.35rem; background: var(--idle); border-radius: 1rem; overflow: hidden; margin-top: 0.4rem; }
    .bar > div { height: 100%; width: 0; background: var(--info); }

    .result {
      flex: 1; display: flex; flex-direction: column; justify-content: center; gap: 0.4rem;
      padding: 0.9rem; background: var(--idle); color: var(--ink);
    }
    .result-word {
      display: flex; gap: 0.6rem; align-items: center; font-size: clamp(2.2rem, 8cqi, 4.6rem); font-weight: 800; line-height: 1.05;
      letter-spacing: 0.02em;
    }
    .icon {
      flex: none; display: grid; place-items: center; width: 1.5em; height: 1.5em; border-radius: 50%;
      border: 0.1em solid currentColor; font-weight: 800; line-height: 1;
    }
    .result-text { font-size: clamp(1.7rem, 5.5cqi, 3.2rem); font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
    .result-more { font-size: clamp(1.05rem, 3cqi, 1.5rem); overflow-wrap: anywhere; }
    .result-more code { font-size: inherit; }
    [data-tone] > .result, .tone { color: var(--on); }
    [data-tone="idle"] > .result { color: var(--faint); background: var(--idle); }
    [data-tone="done"] > .result, .tone[data-tone="done"] { background: var(--done); }
    [data-tone="info"] > .result, .tone[data-tone="info"] { background: var(--info); }
    [data-tone="already"] > .result, .tone[data-tone="already"] { background: var(--already); }
    [data-tone="duplicate"] > .result, .tone[data-tone="duplicate"] { background: var(--duplicate); }
    [data-tone="refused"] > .result, .tone[data-tone="refused"] { background: var(--refused); }
    [data-tone="unknown"] > .result, .tone[data-tone="unknown"] { background: var(--unknown); }
    [data-tone="again"] > .result, .tone[data-tone="again"] { background: var(--again); }
    .lane.old[data-tone] > .result {
      background: var(--idle); color: var(--ink); box-shadow: inset 0.5rem 0 0 var(--stripe, var(--line));
    }
    .lane[data-tone="done"] { --stripe: var(--done); } .lane[data-tone="info"] { --stripe: var(--info); }
    .lane[data-tone="already"] { --stripe: var(--already); }
    .lane[data-tone="duplicate"] { --stripe: var(--duplicate); }
    .lane[data-tone="refused"] { --stripe: var(--refused); } .lane[data-tone="unknown"] { --stripe: var(--unknown); }
    .lane[data-tone="again"] { --stripe: var(--again); }
    @media (prefers-reduced-motion: no-preference) {
      .lane.fresh > .result { animation: arrive 0.25s ease-out; }
      @keyframes arrive { from { transform: scale(0.97); filter: brightness(1.5); } }
    }

    #lanes:has(.lane:nth-child(3)) .holder { min-height: 0; }
    #lanes:has(.lane:nth-child(3)) :is(.holder-name, .result-more) { --lines: 1; }
    #lanes:has(.lane:nth-child(3)) .result-text { --lines: 2; }
    #lanes:has(.lane:nth-child(3)) .result { padding: 0.5rem 0.9rem; gap: 0.2rem; }
    #lanes:has(.lane:nth-child(3)) .holder-name { font-size: 1.5rem; }
    #lanes:has(.lane:nth-child(3)) .holder-none { font-size: 1.2rem; }
    #lanes:has(.lane:nth-child(3)) .result-word { font-size: 1.7rem; }
    #lanes:has(.lane:nth-child(3)) .result-text { font-size: 1.25rem; }

    aside { grid-area: recent; min-width: 0; min-height: 0; overflow: hidden; }
    #recent { list-style: none; padding: 0; margin-top: 0.4rem; display: grid; gap: 0.4rem; }
    #recent li { display: flex; gap: 0.5rem; background: var(--card); border-radius: 0.4rem; overflow: hidden; }
    #recent .tone { flex: none; width: 2rem; display: grid; place-items: center; font-weight: 800; }
    #recent .tone[data-tone="idle"] { background: var(--idle); color: var(--ink); }
    #recent .what { padding: 0.25rem 0.4rem 0.25rem 0; min-width: 0; overflow-wrap: anywhere; font-size: 0.95rem; }
    #recent .when { color: var(--faint); font-size: 0.8rem; }

    #scanners { grid-area: scanners; display: flex; flex-wrap: wrap; gap: 0.4rem 1.2rem; }
    #scanners span { max-width: 100%; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    #scanners span::before { content: "● "; color: var(--done); }
    #scanners span[data-state="failing"]::before { content: "▲ "; color: var(--refused); }
    #scanners span[data-state="unplugged"]::before { content: "○ "; color: var(--faint); }

    #banner {
      grid-area: header; margin: -0.8rem -0.8rem 0; padding: 0.7rem 1rem; text-align: center;
      background: var(--refused); color: var(--on); font-size: 1.6rem; font-weight: 700;
    }
    #health {
      position: fixed; inset: auto 0 0; padding: 0.6rem 1rem; text-align: center;
      background: var(--refused); color: var(--on); font-size: 1.3rem; font-weight: 700;
    }
    .lost main, .lost aside, .lost footer { opacity: 0.35; filter: grayscale(1); }
    .lost header { visibility: hidden; max-height: 0; }
    .notice { grid-column: 1 / -1; grid-row: 1 / -1; place-self: center; text-align: center; max-width: 40rem; }
    .notice > * { margin-bottom: 0.8rem; }
    .notice h2 { font-size: 1.6rem; color: var(--ink); }
    code { font: 0.95em ui-monospace, "DejaVu Sans Mono", monospace; }
    .notice code { background: var(--card); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.3rem 0.7rem; }

    @media (min-width: 60.01rem) { body { height: 100vh; } }
    @media (max-width: 60rem) {
      html { font-size: 16px; }
      body {
        grid-template: auto auto auto auto / minmax(0, 1fr);
        grid-template-areas: "header" "lanes" "recent" "scanners";
      }
      header { flex-wrap: wrap; gap: 0.2rem 1rem; }
      h1, #clock { font-size: 1.25rem; }
      .result { min-height: 9rem; }
    }
    @media (min-width: 100rem) { html { font-size: 24px; } }

    """#

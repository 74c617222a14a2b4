-- A database of schema 1, as depotd wrote it: depotctl location, person and asset add, checkout, checkin, scan, mode, token create, audit.
PRAGMA foreign_keys = OFF;
PRAGMA application_id = 1146113876;
PRAGMA user_version = 1;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1');
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO tenant VALUES (1, 'default', 'Default', 1796006223282);
CREATE TABLE setting (
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES (1, 'audit_interval', '365');
CREATE TABLE status_label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('deployable', 'pending', 'undeployable', 'archived')),
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO status_label VALUES (1, 1, 'Ready to Deploy', 'ready to deploy', 'deployable');
INSERT INTO status_label VALUES (2, 1, 'Pending', 'pending', 'pending');
INSERT INTO status_label VALUES (3, 1, 'Out for Repair', 'out for repair', 'undeployable');
INSERT INTO status_label VALUES (4, 1, 'Archived', 'archived', 'archived');
CREATE TABLE company (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
CREATE TABLE supplier (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
CREATE TABLE manufacturer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO manufacturer VALUES (1, 1, 'Apple', 'apple');
CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO category VALUES (1, 1, 'Laptops', 'laptops');
CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    number TEXT,
    manufacturer_id INTEGER,
    category_id INTEGER,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, manufacturer_id) REFERENCES manufacturer(tenant_id, id),
    FOREIGN KEY (tenant_id, category_id) REFERENCES category(tenant_id, id)
) STRICT;
INSERT INTO model VALUES (1, 1, 'MacBook Pro', 'macbook pro', NULL, 1, 1);
CREATE TABLE location (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    uuid BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    code TEXT,
    code_key TEXT,
    parent_id INTEGER,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES location(tenant_id, id)
) STRICT;
INSERT INTO location VALUES (1, 1, x'6cee4513f6f14f959da658fd13161f3a', 'Store room', 'store room', 'LOC:S', 'loc:s', NULL, NULL, 1);
CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    uuid BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    employee_number TEXT,
    employee_key TEXT,
    badge TEXT,
    badge_key TEXT,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, id)
) STRICT;
INSERT INTO person VALUES (1, 1, x'705316a971594c7d8425ce2aa3799a3a', 'Sarah Chen', 'sarah chen', 'sarah@example.com', 'sarah@example.com', NULL, NULL, 'BADGE:7', 'badge:7', NULL, 1);
CREATE TABLE asset (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    uuid BLOB NOT NULL UNIQUE,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL CHECK (tag_key <> ''),
    serial TEXT,
    serial_key TEXT,
    name TEXT,
    model_id INTEGER,
    status_id INTEGER NOT NULL,
    holder_person_id INTEGER,
    holder_location_id INTEGER,
    holder_asset_id INTEGER,
    location_id INTEGER,
    default_location_id INTEGER,
    purchase_date TEXT,
    purchase_cost INTEGER,
    order_number TEXT,
    supplier_id INTEGER,
    company_id INTEGER,
    warranty_months INTEGER,
    warranty_expiry TEXT,
    last_checkout INTEGER,
    expected_checkin TEXT,
    last_checkin INTEGER,
    last_audit INTEGER,
    next_audit TEXT,
    checkout_count INTEGER NOT NULL,
    checkin_count INTEGER NOT NULL,
    notes TEXT,
    custom TEXT CHECK (custom IS NULL OR json_valid(custom)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (tenant_id, id),
    CHECK ((holder_person_id IS NOT NULL) + (holder_location_id IS NOT NULL) + (holder_asset_id IS NOT NULL) < 2),
    FOREIGN KEY (tenant_id, model_id) REFERENCES model(tenant_id, id),
    FOREIGN KEY (tenant_id, status_id) REFERENCES status_label(tenant_id, id),
    FOREIGN KEY (tenant_id, holder_person_id) REFERENCES person(tenant_id, id),
    FOREIGN KEY (tenant_id, holder_location_id) REFERENCES location(tenant_id, id),
    FOREIGN KEY (tenant_id, holder_asset_id) REFERENCES asset(tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES location(tenant_id, id),
    FOREIGN KEY (tenant_id, default_location_id) REFERENCES location(tenant_id, id),
    FOREIGN KEY (tenant_id, supplier_id) REFERENCES supplier(tenant_id, id),
    FOREIGN KEY (tenant_id, company_id) REFERENCES company(tenant_id, id)
) STRICT;
INSERT INTO asset VALUES (1, 1, x'6bf37774e05a4ae1996bdf2e468e8baf', 'IT-0042', 'it-0042', 'C02ZK1ABMD6T', 'c02zk1abmd6t', 'MacBook Pro 16', 1, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1796006226840, NULL, 1796006226723, NULL, NULL, 2, 1, NULL, NULL, 1796006226452, 1796006226840, NULL, 4);
INSERT INTO asset VALUES (2, 1, x'5edb50f7e839466f9c22d823c011469a', 'IT-0043', 'it-0043', NULL, NULL, 'ThinkPad', NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1796006227082, '2027-11-30', 0, 0, NULL, NULL, 1796006226518, 1796006227082, NULL, 2);
CREATE VIRTUAL TABLE asset_search USING fts5(
    tag, serial, name, model, manufacturer, notes, tokenize = 'trigram', columnsize = 0
);
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes") VALUES (1, 'IT-0042', 'C02ZK1ABMD6T', 'MacBook Pro 16', 'MacBook Pro ', 'Apple', NULL);
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes") VALUES (2, 'IT-0043', NULL, 'ThinkPad', ' ', NULL, NULL);
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    station TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    operation BLOB NOT NULL UNIQUE,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    asset_id INTEGER,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    purged_by INTEGER,
    UNIQUE (station, sequence)
) STRICT;
INSERT INTO event VALUES (1, 'station', 1, x'01a22a501ddd78eebd273c114473c9ef', 1, NULL, 'administration', 1796006223325, '{"actor":{"kind":"station","name":"station"},"at":"2026-11-30T02:37:03.325Z","changes":[{"field":"audit_interval","to":"365"}],"facts":{"setting":"audit_interval"},"kind":"administration","message":"The setting audit_interval is changed.","number":1,"operation":"01a22a50-1ddd-78ee-bd27-3c114473c9ef","origin":{"face":"daemon"},"sequence":1,"station":"station","tenant_id":1}', x'999d4cd4ebfcb9135f6a3260c424730df4d5b0f2ac537c3c247a783d2f60d0b9', NULL);
INSERT INTO event VALUES (2, 'station', 2, x'01a22a5029747f12802d8b8dfeb1447e', 1, NULL, 'administration', 1796006226292, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:06.292Z","changes":[],"facts":{"action":"created","location_id":"1"},"kind":"administration","message":"Store room is added.","number":2,"operation":"01a22a50-2974-7f12-802d-8b8dfeb1447e","origin":{"face":"socket","request":"01a22a50-2973-7e27-a834-3ae0c3f167a2"},"sequence":2,"station":"station","tenant_id":1}', x'0d5f9e2c35647efe7aa303f35629747e0ef3afcfc58b932e0c99a1262d34a11d', NULL);
INSERT INTO event VALUES (3, 'station', 3, x'01a22a5029ce7080a548c6c7ea5700b2', 1, NULL, 'administration', 1796006226382, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:06.382Z","changes":[],"facts":{"action":"created","person_id":"1"},"kind":"administration","message":"Sarah Chen is added.","number":3,"operation":"01a22a50-29ce-7080-a548-c6c7ea5700b2","origin":{"face":"socket","request":"01a22a50-29cd-7877-b5b8-548849bd7c6d"},"sequence":3,"station":"station","tenant_id":1}', x'75d61b38b26a39b9ccb7863b02a2abc7bd0c2ceeb99aebc9e1e654580300620f', NULL);
INSERT INTO event VALUES (4, 'station', 4, x'01a22a502a14776ea8c476f94e58fa3a', 1, 1, 'created', 1796006226452, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"6bf37774-e05a-4ae1-996b-df2e468e8baf","version":1},"at":"2026-11-30T02:37:06.452Z","changes":[{"field":"asset_tag","to":"IT-0042"},{"field":"serial","to":"C02ZK1ABMD6T"},{"field":"name","to":"MacBook Pro 16"},{"field":"model_id","to":"1"},{"field":"status_id","to":"1"}],"facts":{},"kind":"created","message":"IT-0042 is added.","number":4,"operation":"01a22a50-2a14-776e-a8c4-76f94e58fa3a","origin":{"face":"socket","request":"01a22a50-2a13-7d49-aae1-2a1cb6b04d3d"},"sequence":4,"station":"station","tenant_id":1}', x'ccbf7784f9e2dff6bd66b68e348b663b4f86e3c02f3f4ab005cd7d5c369df75b', NULL);
INSERT INTO event VALUES (5, 'station', 5, x'01a22a502a5670e9be935ec795414931', 1, 2, 'created', 1796006226518, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0043","id":2,"name":"ThinkPad","uuid":"5edb50f7-e839-466f-9c22-d823c011469a","version":1},"at":"2026-11-30T02:37:06.518Z","changes":[{"field":"asset_tag","to":"IT-0043"},{"field":"name","to":"ThinkPad"},{"field":"status_id","to":"1"}],"facts":{},"kind":"created","message":"IT-0043 is added.","number":5,"operation":"01a22a50-2a56-70e9-be93-5ec795414931","origin":{"face":"socket","request":"01a22a50-2a56-72d3-a7e7-8c4c6ea98ab5"},"sequence":5,"station":"station","tenant_id":1}', x'fa0829676c8ea28a7ba575ec248fbc22d719469000df267f63a514df5cc1e9b7', NULL);
INSERT INTO event VALUES (6, 'station', 6, x'01a22a502adf7e20b1d79a113e9e2033', 1, 1, 'checkout', 1796006226655, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"6bf37774-e05a-4ae1-996b-df2e468e8baf","version":2},"at":"2026-11-30T02:37:06.655Z","changes":[{"field":"holder","to":"person:1"},{"field":"last_checkout","to":"2026-11-30T02:37:06.655Z"},{"field":"checkout_count","from":"0","to":"1"}],"facts":{},"kind":"checkout","message":"IT-0042 is out to Sarah Chen.","number":6,"operation":"01a22a50-2adf-7e20-b1d7-9a113e9e2033","origin":{"face":"socket","request":"01a22a50-2ade-7b7d-b388-3a55ed1ff8f5"},"sequence":6,"station":"station","tenant_id":1,"to":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"}}', x'e05dfa93c7462c72428d8e94740e7557a7d6d5efb01699adbe4a82abaa293b98', NULL);
INSERT INTO event VALUES (7, 'station', 7, x'01a22a502b237037ae3b4ca0a3894026', 1, 1, 'checkin', 1796006226723, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"6bf37774-e05a-4ae1-996b-df2e468e8baf","version":3},"at":"2026-11-30T02:37:06.723Z","changes":[{"field":"holder","from":"person:1"},{"field":"last_checkin","to":"2026-11-30T02:37:06.723Z"},{"field":"checkin_count","from":"0","to":"1"}],"facts":{},"from":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"},"kind":"checkin","message":"IT-0042 is back from Sarah Chen.","number":7,"operation":"01a22a50-2b23-7037-ae3b-4ca0a3894026","origin":{"face":"socket","request":"01a22a50-2b22-7e00-8844-81222aa210b4"},"sequence":7,"station":"station","tenant_id":1}', x'fc5fb384c96ce9e2e3bd8f296d18f82641e9046ca9519c3ecbd7bbc555d3847a', NULL);
INSERT INTO event VALUES (8, 'station', 8, x'01a22a502b487d3d95e4d2e9728eceed', 1, NULL, 'scan', 1796006226760, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:06.760Z","changes":[],"facts":{},"kind":"scan","message":"What is scanned now is checked out to Sarah Chen.","number":8,"operation":"01a22a50-2b48-7d3d-95e4-d2e9728eceed","origin":{"face":"socket","lane_id":1,"request":"01a22a50-2b48-788a-939c-9e24b1ce42aa","scan":"01a22a50-2b48-7d3d-95e4-d2e9728eceed"},"outcome":"shown","sequence":8,"station":"station","tenant_id":1}', x'0353cb6790af1c66de3cb8de86d298d32a42a19330be27ab98ff7c55e4ac827f', NULL);
INSERT INTO event VALUES (9, 'station', 9, x'01a22a502b9875eb91d6011da399b48e', 1, 1, 'checkout', 1796006226840, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"6bf37774-e05a-4ae1-996b-df2e468e8baf","version":4},"at":"2026-11-30T02:37:06.840Z","changes":[{"field":"holder","to":"person:1"},{"field":"last_checkout","from":"2026-11-30T02:37:06.655Z","to":"2026-11-30T02:37:06.840Z"},{"field":"checkout_count","from":"1","to":"2"}],"facts":{},"kind":"checkout","message":"IT-0042 (MacBook Pro 16) is out to Sarah Chen.","number":9,"operation":"01a22a50-2b98-75eb-91d6-011da399b48e","origin":{"face":"socket","lane_id":1,"request":"01a22a50-2b97-7045-909b-2f72beb692ce","scan":"01a22a50-2b98-75eb-91d6-011da399b48e"},"sequence":9,"station":"station","tenant_id":1,"to":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"}}', x'2598854d0e52b042e0dfb30b6f8388a38f2f0477156fb8d8132b981dd2bc29db', NULL);
INSERT INTO event VALUES (10, 'station', 10, x'01a22a502bcf7ef58906a77d8de7e1f5', 1, NULL, 'scan', 1796006226895, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:06.895Z","changes":[],"facts":{},"kind":"scan","message":"Nothing here has the code “NOPE”.","number":10,"operation":"01a22a50-2bcf-7ef5-8906-a77d8de7e1f5","origin":{"face":"socket","lane_id":1,"request":"01a22a50-2bce-7337-9b82-8c139e9772b2","scan":"01a22a50-2bcf-7ef5-8906-a77d8de7e1f5"},"outcome":"unknown","sequence":10,"station":"station","tenant_id":1}', x'fad368a55df9afbd272c607a9d96ab6d0bacca391d482529c1ac5a755fd5c19f', NULL);
INSERT INTO event VALUES (11, 'station', 11, x'01a22a502c1f7f61a9ea1c86f0ce010d', 1, NULL, 'administration', 1796006226975, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:06.975Z","changes":[{"field":"mode","from":"counter","to":"audit"}],"facts":{"lane_id":"1","mode":"audit"},"kind":"administration","message":"Lane 1 is in audit mode.","number":11,"operation":"01a22a50-2c1f-7f61-a9ea-1c86f0ce010d","origin":{"face":"socket","request":"01a22a50-2c1e-7081-8a39-bb28b07b2cc1"},"sequence":11,"station":"station","tenant_id":1}', x'a68c446c64431e44a9f78d159fdf4124957601088e152dca4d88f794b2763369', NULL);
INSERT INTO event VALUES (12, 'station', 12, x'01a22a502c567966a9cce59c575b6656', 1, NULL, 'administration', 1796006227030, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:07.030Z","changes":[],"facts":{"action":"created","role":"viewer","token":"ci"},"kind":"administration","message":"The token ci is made.","number":12,"operation":"01a22a50-2c56-7966-a9cc-e59c575b6656","origin":{"face":"socket","request":"01a22a50-2c54-7fd0-8cea-f58151d05631"},"sequence":12,"station":"station","tenant_id":1}', x'1bf47c1fa9189184ed330a40f702f65c74488398b7e03a2e9b9c104ec49529db', NULL);
INSERT INTO event VALUES (13, 'station', 13, x'01a22a502c8a7c239184666af23d8d61', 1, 2, 'audit', 1796006227082, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0043","id":2,"name":"ThinkPad","uuid":"5edb50f7-e839-466f-9c22-d823c011469a","version":2},"at":"2026-11-30T02:37:07.082Z","changes":[{"field":"last_audit","to":"2026-11-30T02:37:07.082Z"},{"field":"next_audit","to":"2027-11-30"}],"facts":{},"kind":"audit","message":"IT-0043 is audited.","number":13,"operation":"01a22a50-2c8a-7c23-9184-666af23d8d61","origin":{"face":"socket","request":"01a22a50-2c89-7d74-9242-8c18f7470f0e"},"sequence":13,"station":"station","tenant_id":1}', x'8561fb7b81181e726192122379fe0a71c7720b89f491041ba55dd77c60538ee0', NULL);
CREATE TABLE lane (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    scanner TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    UNIQUE (tenant_id, id)
) STRICT;
INSERT INTO lane VALUES (1, 1, 'typed', 'Lane 1', 'audit');
CREATE TABLE scan (
    number INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    id BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    lane_id INTEGER,
    scanner TEXT,
    raw BLOB NOT NULL,
    text TEXT,
    symbology TEXT,
    interpretation TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    message TEXT NOT NULL,
    event_number INTEGER NOT NULL REFERENCES event(number)
) STRICT;
INSERT INTO scan VALUES (1, 1, x'01a22a502b487d3d95e4d2e9728eceed', 1796006226760, 1, NULL, x'42414447453a37', 'BADGE:7', NULL, 'badge BADGE:7', 'shown', NULL, 'What is scanned now is checked out to Sarah Chen.', 8);
INSERT INTO scan VALUES (2, 1, x'01a22a502b9875eb91d6011da399b48e', 1796006226840, 1, NULL, x'49542d30303432', 'IT-0042', NULL, 'tag IT-0042', 'applied', NULL, 'IT-0042 (MacBook Pro 16) is out to Sarah Chen.', 9);
INSERT INTO scan VALUES (3, 1, x'01a22a502bcf7ef58906a77d8de7e1f5', 1796006226895, 1, NULL, x'4e4f5045', 'NOPE', NULL, NULL, 'unknown', NULL, 'Nothing here has the code “NOPE”.', 10);
CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER REFERENCES tenant(id),
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'msp', 'screen')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
INSERT INTO token VALUES (1, 1, 'ci', x'7b5cad1a5d3b519cf3799f773abf2ef560aee651873a15ecc0d77b5dce86ded1', 'viewer', 1796006227030, NULL, NULL);
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'tenant';
UPDATE sqlite_sequence SET seq = 4 WHERE name = 'status_label';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'lane';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'location';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'person';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'manufacturer';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'category';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'model';
UPDATE sqlite_sequence SET seq = 2 WHERE name = 'asset';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'token';
CREATE INDEX model_name ON model(tenant_id, name_key);
CREATE UNIQUE INDEX location_code ON location(tenant_id, code_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX person_badge ON person(tenant_id, badge_key) WHERE deleted_at IS NULL;
CREATE INDEX person_employee ON person(tenant_id, employee_key) WHERE employee_key IS NOT NULL;
CREATE UNIQUE INDEX asset_tag ON asset(tenant_id, tag_key) WHERE deleted_at IS NULL;
CREATE INDEX asset_serial ON asset(tenant_id, serial_key) WHERE serial_key IS NOT NULL;
CREATE INDEX asset_person ON asset(tenant_id, holder_person_id, deleted_at)
    WHERE holder_person_id IS NOT NULL;
CREATE INDEX asset_holder_location ON asset(tenant_id, holder_location_id, deleted_at)
    WHERE holder_location_id IS NOT NULL;
CREATE INDEX asset_holder_asset ON asset(tenant_id, holder_asset_id, deleted_at)
    WHERE holder_asset_id IS NOT NULL;
CREATE INDEX asset_deleted ON asset(tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX asset_location ON asset(tenant_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX event_asset ON event(asset_id, number) WHERE asset_id IS NOT NULL;
CREATE UNIQUE INDEX token_name ON token(name) WHERE revoked_at IS NULL;

-- A database of schema 2, as depotd wrote it: depotctl location, person and asset add, checkout, checkin, scan, mode, token create, audit.
PRAGMA foreign_keys = OFF;
PRAGMA application_id = 1146113876;
PRAGMA user_version = 2;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1');
INSERT INTO grdb_migrations VALUES ('2');
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
, uuid BLOB) STRICT;
INSERT INTO tenant VALUES (1, 'default', 'Default', 1796006229270, x'999f017312d04dcf919570a014d17703');
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
    type TEXT NOT NULL CHECK (type IN ('deployable', 'pending', 'undeployable', 'archived')), attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO status_label VALUES (1, 1, 'Pending', 'pending', 'pending', NULL, 1796006229270, 1796006229270, 1);
INSERT INTO status_label VALUES (2, 1, 'Ready to Deploy', 'ready to deploy', 'deployable', NULL, 1796006229270, 1796006229270, 1);
INSERT INTO status_label VALUES (3, 1, 'Archived', 'archived', 'archived', NULL, 1796006229270, 1796006229270, 1);
INSERT INTO status_label VALUES (4, 1, 'Out for Repair', 'out for repair', 'undeployable', NULL, 1796006229270, 1796006229270, 1);
CREATE TABLE company (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
CREATE TABLE supplier (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
CREATE TABLE manufacturer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO manufacturer VALUES (1, 1, 'Apple', 'apple', NULL, 1796006232427, 1796006232427, 1);
CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
INSERT INTO category VALUES (1, 1, 'Laptops', 'laptops', NULL, 1796006232428, 1796006232428, 1);
CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    number TEXT,
    manufacturer_id INTEGER,
    category_id INTEGER, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1, fieldset_id INTEGER REFERENCES fieldset(id), eol_months INTEGER,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, manufacturer_id) REFERENCES manufacturer(tenant_id, id),
    FOREIGN KEY (tenant_id, category_id) REFERENCES category(tenant_id, id)
) STRICT;
INSERT INTO model VALUES (1, 1, 'MacBook Pro', 'macbook pro', NULL, 1, 1, NULL, 1796006232428, 1796006232428, 1, NULL, NULL);
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
    version INTEGER NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES location(tenant_id, id)
) STRICT;
INSERT INTO location VALUES (1, 1, x'57e37c0b87bc43629416fbd4ae858b2a', 'Store room', 'store room', 'LOC:S', 'loc:s', NULL, NULL, 1, NULL, 1796006232273, 1796006232273);
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
    version INTEGER NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, username TEXT, username_key TEXT, location_id INTEGER REFERENCES location(id),
    UNIQUE (tenant_id, id)
) STRICT;
INSERT INTO person VALUES (1, 1, x'47780e9ebc124596bfa88a33020b74de', 'Sarah Chen', 'sarah chen', 'sarah@example.com', 'sarah@example.com', NULL, NULL, 'BADGE:7', 'badge:7', NULL, 1, NULL, 1796006232340, 1796006232340, NULL, NULL, NULL);
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
    version INTEGER NOT NULL, requestable INTEGER NOT NULL DEFAULT 0, byod INTEGER NOT NULL DEFAULT 0, end_of_life TEXT,
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
INSERT INTO asset VALUES (1, 1, x'9e56e09585c841128e422772d16f5ef1', 'IT-0042', 'it-0042', 'C02ZK1ABMD6T', 'c02zk1abmd6t', 'MacBook Pro 16', 1, 2, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1796006232950, NULL, 1796006232795, NULL, NULL, 2, 1, NULL, NULL, 1796006232427, 1796006232950, NULL, 4, 0, 0, NULL);
INSERT INTO asset VALUES (2, 1, x'90edb7fda859459faa26d4c341730133', 'IT-0043', 'it-0043', NULL, NULL, 'ThinkPad', NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1796006233311, '2027-11-30', 0, 0, NULL, NULL, 1796006232505, 1796006233311, NULL, 2, 0, 0, NULL);
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
INSERT INTO event VALUES (1, 'station', 1, x'01a22a50355b7f34a20b0260e90ad082', 1, NULL, 'administration', 1796006229339, '{"actor":{"kind":"station","name":"station"},"at":"2026-11-30T02:37:09.339Z","changes":[{"field":"audit_interval","to":"365"}],"facts":{"setting":"audit_interval"},"kind":"administration","message":"The setting audit_interval is changed.","number":1,"operation":"01a22a50-355b-7f34-a20b-0260e90ad082","origin":{"face":"daemon"},"sequence":1,"station":"station","tenant_id":1}', x'58d95e1c3d12a297bc92665ae6d200f0c6737c61fd38acf177d597cfd54f3ef3', NULL);
INSERT INTO event VALUES (2, 'station', 2, x'01a22a5040cc7902a61aec90639b0892', 1, NULL, 'administration', 1796006232273, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:12.273Z","changes":[],"facts":{"action":"created","location_id":"1"},"kind":"administration","message":"Store room is added.","number":2,"operation":"01a22a50-40cc-7902-a61a-ec90639b0892","origin":{"face":"socket","request":"01a22a50-40cc-7902-a61a-ec90639b0892"},"sequence":2,"station":"station","tenant_id":1}', x'86149dfa4bee8b49137c3eb416f65266b1c9492ff88bdb0404ccedf8dd8e0984', NULL);
INSERT INTO event VALUES (3, 'station', 3, x'01a22a5041137183a82b2b43b407b522', 1, NULL, 'administration', 1796006232340, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:12.340Z","changes":[],"facts":{"action":"created","person_id":"1"},"kind":"administration","message":"Sarah Chen is added.","number":3,"operation":"01a22a50-4113-7183-a82b-2b43b407b522","origin":{"face":"socket","request":"01a22a50-4113-7183-a82b-2b43b407b522"},"sequence":3,"station":"station","tenant_id":1}', x'e34a3608f4661034b4dddc16b7bcc2eb2282fdb81f667af7f829dc08717636a0', NULL);
INSERT INTO event VALUES (4, 'station', 4, x'01a22a50416a70e89b11643c3bc6a76b', 1, 1, 'created', 1796006232427, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"9e56e095-85c8-4112-8e42-2772d16f5ef1","version":1},"at":"2026-11-30T02:37:12.427Z","changes":[{"field":"asset_tag","to":"IT-0042"},{"field":"serial","to":"C02ZK1ABMD6T"},{"field":"name","to":"MacBook Pro 16"},{"field":"model_id","to":"1"},{"field":"status_id","to":"2"}],"facts":{},"kind":"created","message":"IT-0042 is added.","number":4,"operation":"01a22a50-416a-70e8-9b11-643c3bc6a76b","origin":{"face":"socket","request":"01a22a50-416a-70e8-9b11-643c3bc6a76b"},"sequence":4,"station":"station","tenant_id":1}', x'e4d307640f3e893235d9ad6d371dd12fd59b948bb72e8e4c68ee771e222a079e', NULL);
INSERT INTO event VALUES (5, 'station', 5, x'01a22a5041b37d0fbec5bca293d89195', 1, 2, 'created', 1796006232505, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0043","id":2,"name":"ThinkPad","uuid":"90edb7fd-a859-459f-aa26-d4c341730133","version":1},"at":"2026-11-30T02:37:12.505Z","changes":[{"field":"asset_tag","to":"IT-0043"},{"field":"name","to":"ThinkPad"},{"field":"status_id","to":"2"}],"facts":{},"kind":"created","message":"IT-0043 is added.","number":5,"operation":"01a22a50-41b3-7d0f-bec5-bca293d89195","origin":{"face":"socket","request":"01a22a50-41b3-7d0f-bec5-bca293d89195"},"sequence":5,"station":"station","tenant_id":1}', x'ef6656509e9a6ac71dc5ff3fb4a79a8d743d6ba75977dd3c468f310aa1bbe5ec', NULL);
INSERT INTO event VALUES (6, 'station', 6, x'01a22a50426375e9b833809cf43a3a92', 1, 1, 'checkout', 1796006232681, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"9e56e095-85c8-4112-8e42-2772d16f5ef1","version":2},"at":"2026-11-30T02:37:12.681Z","changes":[{"field":"holder","to":"person:1"},{"field":"last_checkout","to":"2026-11-30T02:37:12.681Z"},{"field":"checkout_count","from":"0","to":"1"}],"facts":{},"kind":"checkout","message":"IT-0042 is out to Sarah Chen.","number":6,"operation":"01a22a50-4263-75e9-b833-809cf43a3a92","origin":{"face":"socket","request":"01a22a50-4263-75e9-b833-809cf43a3a92"},"sequence":6,"station":"station","tenant_id":1,"to":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"}}', x'd0747ad1cb641797b336eb793ee5ad8e6fd82f50cf5021b2408d418b3f2dc605', NULL);
INSERT INTO event VALUES (7, 'station', 7, x'01a22a5042da7b32b591df9e565cf784', 1, 1, 'checkin', 1796006232795, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"9e56e095-85c8-4112-8e42-2772d16f5ef1","version":3},"at":"2026-11-30T02:37:12.795Z","changes":[{"field":"holder","from":"person:1"},{"field":"last_checkin","to":"2026-11-30T02:37:12.795Z"},{"field":"checkin_count","from":"0","to":"1"}],"facts":{},"from":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"},"kind":"checkin","message":"IT-0042 is back from Sarah Chen.","number":7,"operation":"01a22a50-42da-7b32-b591-df9e565cf784","origin":{"face":"socket","request":"01a22a50-42da-7b32-b591-df9e565cf784"},"sequence":7,"station":"station","tenant_id":1}', x'697b60719e08c9ee43f2e763b784312e4dd1777378567b0d006a017154de6062', NULL);
INSERT INTO event VALUES (8, 'station', 8, x'01a22a5043297313bb5cbf285817a994', 1, NULL, 'scan', 1796006232874, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:12.874Z","changes":[],"facts":{},"kind":"scan","message":"What is scanned now is checked out to Sarah Chen.","number":8,"operation":"01a22a50-4329-7313-bb5c-bf285817a994","origin":{"face":"socket","lane_id":1,"request":"01a22a50-4329-7313-bb5c-bf285817a994","scan":"01a22a50-4329-7313-bb5c-bf285817a994"},"outcome":"shown","sequence":8,"station":"station","tenant_id":1}', x'3fddfa2e59f25d5be625b76129415b2819ab6ca21b963cd2992399d325e5e75d', NULL);
INSERT INTO event VALUES (9, 'station', 9, x'01a22a50437676809b4f9596f7456d20', 1, 1, 'checkout', 1796006232950, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"9e56e095-85c8-4112-8e42-2772d16f5ef1","version":4},"at":"2026-11-30T02:37:12.950Z","changes":[{"field":"holder","to":"person:1"},{"field":"last_checkout","from":"2026-11-30T02:37:12.681Z","to":"2026-11-30T02:37:12.950Z"},{"field":"checkout_count","from":"1","to":"2"}],"facts":{},"kind":"checkout","message":"IT-0042 (MacBook Pro 16) is out to Sarah Chen.","number":9,"operation":"01a22a50-4376-7680-9b4f-9596f7456d20","origin":{"face":"socket","lane_id":1,"request":"01a22a50-4376-7680-9b4f-9596f7456d20","scan":"01a22a50-4376-7680-9b4f-9596f7456d20"},"sequence":9,"station":"station","tenant_id":1,"to":{"deleted":false,"detail":"sarah@example.com","holder":"person:1","name":"Sarah Chen"}}', x'dba239943774e4ecb6dfff29ca5f9a02fdf0a780a26375cb992a2d86435dc1ea', NULL);
INSERT INTO event VALUES (10, 'station', 10, x'01a22a5043c870a7a5ea348a9f0250bb', 1, NULL, 'scan', 1796006233032, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:13.032Z","changes":[],"facts":{},"kind":"scan","message":"Nothing here has the code “NOPE”.","number":10,"operation":"01a22a50-43c8-70a7-a5ea-348a9f0250bb","origin":{"face":"socket","lane_id":1,"request":"01a22a50-43c8-70a7-a5ea-348a9f0250bb","scan":"01a22a50-43c8-70a7-a5ea-348a9f0250bb"},"outcome":"unknown","sequence":10,"station":"station","tenant_id":1}', x'325e00bb6b7dc63f22651f8f20ff94d803751e3b898ed867c835eda96b8bc70e', NULL);
INSERT INTO event VALUES (11, 'station', 11, x'01a22a50442a731796979f8b7590a632', 1, NULL, 'administration', 1796006233130, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:13.130Z","changes":[{"field":"mode","from":"counter","to":"audit"}],"facts":{"lane_id":"1","mode":"audit"},"kind":"administration","message":"Lane 1 is in audit mode.","number":11,"operation":"01a22a50-442a-7317-9697-9f8b7590a632","origin":{"face":"socket","request":"01a22a50-4425-7206-9bbb-e3a86a3c5b8c"},"sequence":11,"station":"station","tenant_id":1}', x'7539927747cf7f288f0c0f651b64b8a8f0b2edb2ffcf17f1c4ff6b1df523c535', NULL);
INSERT INTO event VALUES (12, 'station', 12, x'01a22a50447b7c5b9e566299413c5c87', 1, NULL, 'administration', 1796006233211, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-30T02:37:13.211Z","changes":[],"facts":{"action":"created","role":"viewer","token":"ci"},"kind":"administration","message":"The token ci is made.","number":12,"operation":"01a22a50-447b-7c5b-9e56-6299413c5c87","origin":{"face":"socket","request":"01a22a50-4475-721b-a325-7d22de4d404b"},"sequence":12,"station":"station","tenant_id":1}', x'5f467db8c2d7f6cb5b955989882f15b72e05c51901fa3bf2151bbc18320859b3', NULL);
INSERT INTO event VALUES (13, 'station', 13, x'01a22a5044de70ea9f6e10319d32640e', 1, 2, 'audit', 1796006233311, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0043","id":2,"name":"ThinkPad","uuid":"90edb7fd-a859-459f-aa26-d4c341730133","version":2},"at":"2026-11-30T02:37:13.311Z","changes":[{"field":"last_audit","to":"2026-11-30T02:37:13.311Z"},{"field":"next_audit","to":"2027-11-30"}],"facts":{},"kind":"audit","message":"IT-0043 is audited.","number":13,"operation":"01a22a50-44de-70ea-9f6e-10319d32640e","origin":{"face":"socket","request":"01a22a50-44de-70ea-9f6e-10319d32640e"},"sequence":13,"station":"station","tenant_id":1}', x'344aea7b3a8f2869fca5d1b245b3c4104c3be22d85e972ca1c0c767f2629dba0', NULL);
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
INSERT INTO scan VALUES (1, 1, x'01a22a5043297313bb5cbf285817a994', 1796006232874, 1, NULL, x'42414447453a37', 'BADGE:7', NULL, 'badge BADGE:7', 'shown', NULL, 'What is scanned now is checked out to Sarah Chen.', 8);
INSERT INTO scan VALUES (2, 1, x'01a22a50437676809b4f9596f7456d20', 1796006232950, 1, NULL, x'49542d30303432', 'IT-0042', NULL, 'tag IT-0042', 'applied', NULL, 'IT-0042 (MacBook Pro 16) is out to Sarah Chen.', 9);
INSERT INTO scan VALUES (3, 1, x'01a22a5043c870a7a5ea348a9f0250bb', 1796006233032, 1, NULL, x'4e4f5045', 'NOPE', NULL, NULL, 'unknown', NULL, 'Nothing here has the code “NOPE”.', 10);
CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER REFERENCES tenant(id),
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'msp', 'screen')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
, rate INTEGER) STRICT;
INSERT INTO token VALUES (1, 1, 'ci', x'1c465dffe08886677380af1dc213d9b54330174f3521a11451bb2b844ef4f3f8', 'viewer', 1796006233211, NULL, NULL, NULL);
CREATE TABLE field (id INTEGER PRIMARY KEY AUTOINCREMENT,
tenant_id INTEGER NOT NULL REFERENCES tenant(id),
name TEXT NOT NULL,
name_key TEXT NOT NULL,
attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
created_at INTEGER NOT NULL,
updated_at INTEGER NOT NULL,
version INTEGER NOT NULL DEFAULT 1,
UNIQUE (tenant_id, id),
UNIQUE (tenant_id, name_key)) STRICT;
CREATE TABLE fieldset (id INTEGER PRIMARY KEY AUTOINCREMENT,
tenant_id INTEGER NOT NULL REFERENCES tenant(id),
name TEXT NOT NULL,
name_key TEXT NOT NULL,
attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
created_at INTEGER NOT NULL,
updated_at INTEGER NOT NULL,
version INTEGER NOT NULL DEFAULT 1,
UNIQUE (tenant_id, id),
UNIQUE (tenant_id, name_key)) STRICT;
CREATE TABLE fieldset_field (
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    fieldset_id INTEGER NOT NULL,
    field_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, fieldset_id, field_id),
    FOREIGN KEY (tenant_id, fieldset_id) REFERENCES fieldset(tenant_id, id),
    FOREIGN KEY (tenant_id, field_id) REFERENCES field(tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    uuid BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    description TEXT,
    asset_id INTEGER REFERENCES asset(id) ON DELETE SET NULL,
    requester_id INTEGER,
    is_closed INTEGER NOT NULL,
    attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (tenant_id, number),
    FOREIGN KEY (tenant_id, requester_id) REFERENCES person(tenant_id, id)
) STRICT;
CREATE TABLE tenant_host (
    host TEXT NOT NULL PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id)
) STRICT, WITHOUT ROWID;
CREATE TABLE request_key (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL CHECK (json_valid(headers)),
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT;
CREATE VIRTUAL TABLE person_search USING fts5(
    name, given, username, email, employee_number, badge, tokenize = 'trigram', columnsize = 0
);
INSERT INTO person_search (rowid, "name", "given", "username", "email", "employee_number", "badge") VALUES (1, 'sarah chen', '', NULL, 'sarah@example.com', NULL, 'badge:7');
CREATE VIRTUAL TABLE asset_search USING fts5(
    tag, serial, name, model, manufacturer, notes, more, tokenize = 'trigram', columnsize = 0, detail = full
);
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes", "more") VALUES (1, 'IT-0042', 'C02ZK1ABMD6T', 'MacBook Pro 16', 'MacBook Pro ', 'Apple', NULL, '
Laptops');
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes", "more") VALUES (2, 'IT-0043', NULL, 'ThinkPad', ' ', NULL, NULL, '
');
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
CREATE INDEX asset_model ON asset(tenant_id, model_id, deleted_at) WHERE model_id IS NOT NULL;
CREATE INDEX asset_status ON asset(tenant_id, status_id, deleted_at);
CREATE INDEX asset_company ON asset(tenant_id, company_id, deleted_at) WHERE company_id IS NOT NULL;
CREATE INDEX asset_supplier ON asset(tenant_id, supplier_id, deleted_at) WHERE supplier_id IS NOT NULL;
CREATE INDEX asset_default_location ON asset(tenant_id, default_location_id)
    WHERE default_location_id IS NOT NULL;
CREATE INDEX asset_next_audit ON asset(tenant_id, next_audit) WHERE next_audit IS NOT NULL;
CREATE INDEX asset_expected_checkin ON asset(tenant_id, expected_checkin) WHERE expected_checkin IS NOT NULL;
CREATE INDEX fieldset_field_field ON fieldset_field(tenant_id, field_id);
CREATE INDEX model_manufacturer ON model(tenant_id, manufacturer_id);
CREATE INDEX model_category ON model(tenant_id, category_id);
CREATE INDEX model_fieldset ON model(fieldset_id) WHERE fieldset_id IS NOT NULL;
CREATE INDEX location_name ON location(tenant_id, name_key);
CREATE INDEX location_parent ON location(tenant_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX person_name ON person(tenant_id, name_key);
CREATE UNIQUE INDEX person_username ON person(tenant_id, username_key)
    WHERE deleted_at IS NULL AND username_key IS NOT NULL;
CREATE INDEX person_email ON person(tenant_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX ticket_asset ON ticket(asset_id) WHERE asset_id IS NOT NULL;
CREATE UNIQUE INDEX tenant_uuid ON tenant(uuid);
CREATE INDEX request_key_at ON request_key(at);
CREATE INDEX event_activity ON event(tenant_id, number, kind, purged_by) WHERE kind <> 'scan' AND kind <> 'scanner_connected' AND kind <> 'scanner_disconnected' AND kind <> 'scanner_failed'
    AND purged_by IS NULL;
CREATE INDEX event_from ON event(iif(json_valid(body), json_extract(body, '$.from.holder'), NULL)) WHERE (kind = 'checkout' OR kind = 'checkin' OR kind = 'transfer' OR kind = 'undo');
CREATE INDEX event_to ON event(iif(json_valid(body), json_extract(body, '$.to.holder'), NULL)) WHERE (kind = 'checkout' OR kind = 'checkin' OR kind = 'transfer' OR kind = 'undo');
CREATE INDEX event_person ON event(iif(json_valid(body), json_extract(body, '$.facts.person_id'), NULL))
    WHERE kind = 'administration';

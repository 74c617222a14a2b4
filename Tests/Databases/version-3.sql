-- A database of schema 3, as depotd wrote it: depotctl location, person and asset add, scan, mode and token create.
PRAGMA foreign_keys = OFF;
PRAGMA application_id = 1146113876;
PRAGMA user_version = 3;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE tenant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
, uuid BLOB) STRICT;
CREATE TABLE setting (
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE status_label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('deployable', 'pending', 'undeployable', 'archived')), attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
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
CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)), created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name_key)
) STRICT;
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
CREATE TABLE lane (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL REFERENCES tenant(id),
    scanner TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    UNIQUE (tenant_id, id)
) STRICT;
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
CREATE VIRTUAL TABLE asset_search USING fts5(
    tag, serial, name, model, manufacturer, notes, more, tokenize = 'trigram', columnsize = 0, detail = full
);
INSERT INTO grdb_migrations ("identifier") VALUES ('1');
INSERT INTO grdb_migrations ("identifier") VALUES ('2');
INSERT INTO grdb_migrations ("identifier") VALUES ('3');
INSERT INTO tenant ("id", "slug", "name", "created_at", "uuid") VALUES (1, 'default', 'Default', 1795968137861, X'44746614a6d546d3ba4204fe2752fe7b');
INSERT INTO setting ("tenant_id", "key", "value") VALUES (1, 'audit_interval', '365');
INSERT INTO status_label ("id", "tenant_id", "name", "name_key", "type", "attributes", "created_at", "updated_at", "version") VALUES (1, 1, 'Pending', 'pending', 'pending', NULL, 1795968137861, 1795968137861, 1);
INSERT INTO status_label ("id", "tenant_id", "name", "name_key", "type", "attributes", "created_at", "updated_at", "version") VALUES (2, 1, 'Ready to Deploy', 'ready to deploy', 'deployable', NULL, 1795968137861, 1795968137861, 1);
INSERT INTO status_label ("id", "tenant_id", "name", "name_key", "type", "attributes", "created_at", "updated_at", "version") VALUES (3, 1, 'Archived', 'archived', 'archived', NULL, 1795968137861, 1795968137861, 1);
INSERT INTO status_label ("id", "tenant_id", "name", "name_key", "type", "attributes", "created_at", "updated_at", "version") VALUES (4, 1, 'Out for Repair', 'out for repair', 'undeployable', NULL, 1795968137861, 1795968137861, 1);
INSERT INTO location ("id", "tenant_id", "uuid", "name", "name_key", "code", "code_key", "parent_id", "deleted_at", "version", "attributes", "created_at", "updated_at") VALUES (1, 1, X'54e2bc1865b8491ca9bcf6240d0a2334', 'Depot', 'depot', 'LOC:D', 'loc:d', NULL, NULL, 1, NULL, 1795968138311, 1795968138311);
INSERT INTO person ("id", "tenant_id", "uuid", "name", "name_key", "email", "email_key", "employee_number", "employee_key", "badge", "badge_key", "deleted_at", "version", "attributes", "created_at", "updated_at", "username", "username_key", "location_id") VALUES (1, 1, X'e5fbf9e2833a4de4ae8dc29bf8cb4d24', 'Sarah Chen', 'sarah chen', NULL, NULL, NULL, NULL, 'BADGE:7', 'badge:7', NULL, 1, NULL, 1795968138360, 1795968138360, NULL, NULL, NULL);
INSERT INTO asset ("id", "tenant_id", "uuid", "tag", "tag_key", "serial", "serial_key", "name", "model_id", "status_id", "holder_person_id", "holder_location_id", "holder_asset_id", "location_id", "default_location_id", "purchase_date", "purchase_cost", "order_number", "supplier_id", "company_id", "warranty_months", "warranty_expiry", "last_checkout", "expected_checkin", "last_checkin", "last_audit", "next_audit", "checkout_count", "checkin_count", "notes", "custom", "created_at", "updated_at", "deleted_at", "version", "requestable", "byod", "end_of_life") VALUES (1, 1, X'7d34a23c76d2415eb6bd5577e040d94f', 'IT-0042', 'it-0042', NULL, NULL, 'MacBook Pro 16', NULL, 2, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795968138570, NULL, NULL, NULL, NULL, 1, 0, NULL, NULL, 1795968138409, 1795968138570, NULL, 2, 0, 0, NULL);
INSERT INTO asset ("id", "tenant_id", "uuid", "tag", "tag_key", "serial", "serial_key", "name", "model_id", "status_id", "holder_person_id", "holder_location_id", "holder_asset_id", "location_id", "default_location_id", "purchase_date", "purchase_cost", "order_number", "supplier_id", "company_id", "warranty_months", "warranty_expiry", "last_checkout", "expected_checkin", "last_checkin", "last_audit", "next_audit", "checkout_count", "checkin_count", "notes", "custom", "created_at", "updated_at", "deleted_at", "version", "requestable", "byod", "end_of_life") VALUES (2, 1, X'c888662201c74e8799e8ba3f56367ad0', 'IT-0043', 'it-0043', NULL, NULL, 'ThinkPad', NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, 1795968138464, 1795968138464, NULL, 1, 0, 0, NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (1, 'station', 1, X'01a2280afaf67381a201d1d974fa31c2', 1, NULL, 'administration', 1795968137974, '{"actor":{"kind":"station","name":"station"},"at":"2026-11-29T16:02:17.974Z","changes":[{"field":"audit_interval","to":"365"}],"facts":{"setting":"audit_interval"},"kind":"administration","message":"The setting audit_interval is changed.","number":1,"operation":"01a2280a-faf6-7381-a201-d1d974fa31c2","origin":{"face":"daemon"},"sequence":1,"station":"station","tenant_id":1}', X'0e1b2b63ba30cff1221af5852af652fce30c3e77694553c609e77a9e63292140', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (2, 'station', 2, X'01a2280afc467d0aaa0305ab621c93f2', 1, NULL, 'administration', 1795968138311, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.311Z","changes":[],"facts":{"action":"created","location_id":"1"},"kind":"administration","message":"Depot is added.","number":2,"operation":"01a2280a-fc46-7d0a-aa03-05ab621c93f2","origin":{"face":"socket","request":"01a2280a-fc46-7d0a-aa03-05ab621c93f2"},"sequence":2,"station":"station","tenant_id":1}', X'5c50eb5053d7697f99a84a1026f2040543c68786a5a91e69d1b66c286ddabad9', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (3, 'station', 3, X'01a2280afc777efab4c14987f8307b70', 1, NULL, 'administration', 1795968138360, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.360Z","changes":[],"facts":{"action":"created","person_id":"1"},"kind":"administration","message":"Sarah Chen is added.","number":3,"operation":"01a2280a-fc77-7efa-b4c1-4987f8307b70","origin":{"face":"socket","request":"01a2280a-fc77-7efa-b4c1-4987f8307b70"},"sequence":3,"station":"station","tenant_id":1}', X'dad75b332a25118e628f4ca869a37e1dd484e0b100ee7936923aee5c5c263d4e', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (4, 'station', 4, X'01a2280afca87c8aa2144868fdab8a95', 1, 1, 'created', 1795968138409, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"7d34a23c-76d2-415e-b6bd-5577e040d94f","version":1},"at":"2026-11-29T16:02:18.409Z","changes":[{"field":"asset_tag","to":"IT-0042"},{"field":"name","to":"MacBook Pro 16"},{"field":"status_id","to":"2"}],"facts":{},"kind":"created","message":"IT-0042 is added.","number":4,"operation":"01a2280a-fca8-7c8a-a214-4868fdab8a95","origin":{"face":"socket","request":"01a2280a-fca8-7c8a-a214-4868fdab8a95"},"sequence":4,"station":"station","tenant_id":1}', X'14bca654d9f186a03e93370fd96e96d4ca7e98914774d47e26bdaa3342802928', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (5, 'station', 5, X'01a2280afce07cab994463f968818c45', 1, 2, 'created', 1795968138464, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0043","id":2,"name":"ThinkPad","uuid":"c8886622-01c7-4e87-99e8-ba3f56367ad0","version":1},"at":"2026-11-29T16:02:18.464Z","changes":[{"field":"asset_tag","to":"IT-0043"},{"field":"name","to":"ThinkPad"},{"field":"status_id","to":"2"}],"facts":{},"kind":"created","message":"IT-0043 is added.","number":5,"operation":"01a2280a-fce0-7cab-9944-63f968818c45","origin":{"face":"socket","request":"01a2280a-fce0-7cab-9944-63f968818c45"},"sequence":5,"station":"station","tenant_id":1}', X'f024e930d7f1ed96b1c6076aecc972e16a110b0b856e8941e1a8d26ec576d57e', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (6, 'station', 6, X'01a2280afd127a9bbfcc8bd51d3ad4a3', 1, NULL, 'scan', 1795968138515, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.515Z","changes":[],"facts":{},"kind":"scan","message":"What is scanned now is checked out to Sarah Chen.","number":6,"operation":"01a2280a-fd12-7a9b-bfcc-8bd51d3ad4a3","origin":{"face":"socket","lane_id":1,"request":"01a2280a-fd12-7a9b-bfcc-8bd51d3ad4a3","scan":"01a2280a-fd12-7a9b-bfcc-8bd51d3ad4a3"},"outcome":"shown","sequence":6,"station":"station","tenant_id":1}', X'24eb9d158c69caa8fc1ef3dc2d39e183d9466b92dba456b31e24e5e8872fdc52', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (7, 'station', 7, X'01a2280afd4974d7b8815a4be49055a0', 1, 1, 'checkout', 1795968138570, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"7d34a23c-76d2-415e-b6bd-5577e040d94f","version":2},"at":"2026-11-29T16:02:18.570Z","changes":[{"field":"holder","to":"person:1"},{"field":"last_checkout","to":"2026-11-29T16:02:18.570Z"},{"field":"checkout_count","from":"0","to":"1"}],"facts":{},"kind":"checkout","message":"IT-0042 (MacBook Pro 16) is out to Sarah Chen.","number":7,"operation":"01a2280a-fd49-74d7-b881-5a4be49055a0","origin":{"face":"socket","lane_id":1,"request":"01a2280a-fd49-74d7-b881-5a4be49055a0","scan":"01a2280a-fd49-74d7-b881-5a4be49055a0"},"sequence":7,"station":"station","tenant_id":1,"to":{"deleted":false,"holder":"person:1","name":"Sarah Chen"}}', X'2b6146e576ba6e8c7ce19d6327f2b5e138d0705c66083a1d0614c7a2cd0e6887', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (8, 'station', 8, X'01a2280afd7c7ed29820be92b6521dee', 1, 1, 'scan', 1795968138621, '{"actor":{"kind":"user","name":"root"},"asset":{"asset_tag":"IT-0042","id":1,"name":"MacBook Pro 16","uuid":"7d34a23c-76d2-415e-b6bd-5577e040d94f","version":2},"at":"2026-11-29T16:02:18.621Z","changes":[],"facts":{},"kind":"scan","message":"IT-0042 (MacBook Pro 16) was scanned a moment ago; this scan did nothing.","number":8,"operation":"01a2280a-fd7c-7ed2-9820-be92b6521dee","origin":{"face":"socket","lane_id":1,"request":"01a2280a-fd7c-7ed2-9820-be92b6521dee","scan":"01a2280a-fd7c-7ed2-9820-be92b6521dee"},"outcome":"duplicate","sequence":8,"station":"station","tenant_id":1}', X'd1677198103e5eb6c62317e591ef079ed3ef49d1d98e21efa927a417802bb41d', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (9, 'station', 9, X'01a2280afdae755891fb475c0ec3be88', 1, NULL, 'scan', 1795968138671, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.671Z","changes":[],"facts":{},"kind":"scan","message":"Nothing here has the code “nothing”.","number":9,"operation":"01a2280a-fdae-7558-91fb-475c0ec3be88","origin":{"face":"socket","lane_id":1,"request":"01a2280a-fdae-7558-91fb-475c0ec3be88","scan":"01a2280a-fdae-7558-91fb-475c0ec3be88"},"outcome":"unknown","sequence":9,"station":"station","tenant_id":1}', X'2ade6fa62264736421b84c9cbd0682c854924c7c61d10bb4f0ee03fc1483dac1', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (10, 'station', 10, X'01a2280afdf27b79a2ab0ed0bbeff68a', 1, NULL, 'administration', 1795968138738, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.738Z","changes":[{"field":"mode","from":"counter","to":"audit"}],"facts":{"lane_id":"1","mode":"audit"},"kind":"administration","message":"Lane 1 is in audit mode.","number":10,"operation":"01a2280a-fdf2-7b79-a2ab-0ed0bbeff68a","origin":{"face":"socket","request":"01a2280a-fdf1-70eb-82af-1174233f4168"},"sequence":10,"station":"station","tenant_id":1}', X'1df66b999152565916ade6ae7b58521a3f1f665f1f20a01a5eaae68440809c22', NULL);
INSERT INTO event ("number", "station", "sequence", "operation", "tenant_id", "asset_id", "kind", "at", "body", "hash", "purged_by") VALUES (11, 'station', 11, X'01a2280afe217ecf9da0bffdc040a85e', 1, NULL, 'administration', 1795968138785, '{"actor":{"kind":"user","name":"root"},"at":"2026-11-29T16:02:18.785Z","changes":[],"facts":{"action":"created","role":"viewer","token":"ci"},"kind":"administration","message":"The token ci is made.","number":11,"operation":"01a2280a-fe21-7ecf-9da0-bffdc040a85e","origin":{"face":"socket","request":"01a2280a-fe20-7b0b-aa62-e5f7ae97027f"},"sequence":11,"station":"station","tenant_id":1}', X'06caa2b8052d3feca6102e5c0874cbd15e2a99dd789b84b4f10ef13c87b4c8c6', NULL);
INSERT INTO lane ("id", "tenant_id", "scanner", "name", "mode") VALUES (1, 1, 'typed', 'Lane 1', 'audit');
INSERT INTO lane ("id", "tenant_id", "scanner", "name", "mode") VALUES (2, 1, 'usb:05e0:X', 'Lane 2', 'checkin');
INSERT INTO scan ("number", "tenant_id", "id", "at", "lane_id", "scanner", "raw", "text", "symbology", "interpretation", "outcome", "reason", "message", "event_number") VALUES (1, 1, X'01a2280afd127a9bbfcc8bd51d3ad4a3', 1795968138515, 1, NULL, X'42414447453a37', 'BADGE:7', NULL, 'badge BADGE:7', 'shown', NULL, 'What is scanned now is checked out to Sarah Chen.', 6);
INSERT INTO scan ("number", "tenant_id", "id", "at", "lane_id", "scanner", "raw", "text", "symbology", "interpretation", "outcome", "reason", "message", "event_number") VALUES (2, 1, X'01a2280afd4974d7b8815a4be49055a0', 1795968138570, 1, NULL, X'49542d30303432', 'IT-0042', NULL, 'tag IT-0042', 'applied', NULL, 'IT-0042 (MacBook Pro 16) is out to Sarah Chen.', 7);
INSERT INTO scan ("number", "tenant_id", "id", "at", "lane_id", "scanner", "raw", "text", "symbology", "interpretation", "outcome", "reason", "message", "event_number") VALUES (3, 1, X'01a2280afd7c7ed29820be92b6521dee', 1795968138621, 1, NULL, X'49542d30303432', 'IT-0042', NULL, 'tag IT-0042', 'duplicate', NULL, 'IT-0042 (MacBook Pro 16) was scanned a moment ago; this scan did nothing.', 8);
INSERT INTO scan ("number", "tenant_id", "id", "at", "lane_id", "scanner", "raw", "text", "symbology", "interpretation", "outcome", "reason", "message", "event_number") VALUES (4, 1, X'01a2280afdae755891fb475c0ec3be88', 1795968138671, 1, NULL, X'6e6f7468696e67', 'nothing', NULL, NULL, 'unknown', NULL, 'Nothing here has the code “nothing”.', 9);
INSERT INTO token ("id", "tenant_id", "name", "sha256", "role", "created_at", "expires_at", "revoked_at", "rate") VALUES (1, 1, 'ci', X'a4d7073df088c40f36b8bf4c23538b8f648bc4bb9729eaf3bb082713a651e09a', 'viewer', 1795968138785, NULL, NULL, NULL);
INSERT INTO person_search (rowid, "name", "given", "username", "email", "employee_number", "badge") VALUES (1, 'sarah chen', '', NULL, NULL, NULL, 'badge:7');
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes", "more") VALUES (1, 'IT-0042', NULL, 'MacBook Pro 16', ' ', NULL, NULL, '
');
INSERT INTO asset_search (rowid, "tag", "serial", "name", "model", "manufacturer", "notes", "more") VALUES (2, 'IT-0043', NULL, 'ThinkPad', ' ', NULL, NULL, '
');
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
CREATE INDEX asset_default_location ON asset(tenant_id, default_location_id) WHERE default_location_id IS NOT location_id;

"""Row-level security: organizations stay apart even if a query forgets to say whose rows it wants.

Migrations and the command line work as the owner of the tables and see everything. The till and
the pages take the role `regulars_app` and say for whom, for one transaction, with `ENTER`; without
that they see no row at all (T24).
"""

ROLE = "regulars_app"

ENTER = (
    f"select set_config('role', '{ROLE}', true),"
    " set_config('regulars.organization', $1, true),"
    " set_config('regulars.programs', $2, true)"
)
"""Take the role until the transaction ends: $1 one organization's id, $2 ids of programs joined by
commas; an empty text is none."""

WORK_ON = "select set_config('regulars.programs', $1, true)"
"""From here on until the transaction ends: $1 ids of programs joined by commas."""

# In a sub-select the setting is read once a statement, not once a row.
_POLICIES = {
    "organization": "= (select nullif(current_setting('regulars.organization', true), '')::uuid)",
    "program": "= any ((select string_to_array(nullif("
    "current_setting('regulars.programs', true), ''), ','))::uuid[])",
}


def secure(table: str, column: str = "program_id") -> str:
    """SQL that lets the role work on the rows of a table whose ``column`` names its own.

    ``organization_id``, or ``id`` of the organizations themselves, is held against the
    organization said on entering, ``program_id`` against the programs. Partitions follow their
    parent and need no call.
    """
    whose = "program" if column == "program_id" else "organization"
    rule = f'"{column}" {_POLICIES[whose]}'
    return (
        f'alter table "{table}" enable row level security;\n'
        f'create policy "{table}_of_{whose}" on "{table}" to {ROLE}'
        f" using ({rule}) with check ({rule});\n"
        f'grant select, insert, update, delete on "{table}" to {ROLE};\n'
    )


def role() -> str:
    """SQL that makes the role where it is missing and opens the schema to it.

    Tables and sequences made later by the same owner are opened to it by default. A role belongs
    to the whole server, so two databases being set up at once may both try to make it.
    """
    return _ROLE_SQL


_ROLE_SQL = f"""
do $$
begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then
    begin
      create role {ROLE} nologin;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception 'the role {ROLE} is missing and % may not create it', current_user
          using hint = format('As an administrator of the server: create role {ROLE} nologin; '
                              'grant {ROLE} to %I;', current_user);
    end;
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute format('grant {ROLE} to %I', current_user);
    exception when insufficient_privilege then
      if not pg_has_role(current_user, '{ROLE}', 'member') then
        raise exception '% may not take the role {ROLE}', current_user
          using hint = format('As an administrator of the server: grant {ROLE} to %I;',
                              current_user);
      end if;
    end;
  end if;
  execute format('grant usage on schema %I to {ROLE}', current_schema());
  execute format('grant select, insert, update, delete on all tables in schema %I to {ROLE}',
                 current_schema());
  execute format('grant usage on all sequences in schema %I to {ROLE}', current_schema());
  execute format('alter default privileges in schema %I'
                 ' grant select, insert, update, delete on tables to {ROLE}', current_schema());
  execute format('alter default privileges in schema %I grant usage on sequences to {ROLE}',
                 current_schema());
end
$$;
"""

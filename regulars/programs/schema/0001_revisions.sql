-- A purchase is explained for ever by the revision that judged it, so a revision never changes and
-- never goes. Corrections and rollbacks are new revisions.
create function refuse_change_of_revision() returns trigger language plpgsql as $$
begin
  raise exception 'revisions never change: apply a new one instead'
    using errcode = 'restrict_violation';
end
$$;

create trigger revision_never_changes
  before update or delete on revision
  for each row execute function refuse_change_of_revision();

create trigger revision_never_emptied
  before truncate on revision
  for each statement execute function refuse_change_of_revision();

-- Each check names the first row that breaks an invariant of the ledger, and says nothing when none
-- does. They read the whole database and take no locks. What is in detached months counts by what
-- was noted of it when it was put away.
--
-- The limit is a select, so that the planner does not know it: it would take a plan that finds the
-- first of many faults soon, and takes hours to find that there is none.

-- name: postings_balance
-- Every posting adds up to zero in each asset.
select 'posting ' || posting_id || ' is off by ' || sum(amount) || ' ' || asset
  from entry group by program_id, posting_id, asset having sum(amount) <> 0
 order by posting_id limit (select 1)

-- name: accounts_are_folds
-- What an account shows is the sum of its entries.
select 'account ' || holder_id || ' ' || asset || ' shows ' || shown || ', its entries add up to ' || folded
  from (select coalesce(a.holder_id, e.holder_id) as holder_id, coalesce(a.asset, e.asset) as asset,
               coalesce(a.pending + a.available + a.held - a.owed, 0) as shown,
               coalesce(e.amount, 0) as folded
          from account a
          full join (select program_id, holder_id, asset, sum(amount) as amount
                       from (select program_id, holder_id, asset, amount from entry
                              where purpose = 'own'
                              union all
                             select program_id, member_id, asset, amount from month_carried) w
                      group by 1, 2, 3) e
                 on e.program_id = a.program_id and e.holder_id = a.holder_id and e.asset = a.asset
       ) as both_sides
 where shown <> folded
 order by holder_id, asset limit (select 1)

-- name: lots_are_balances
-- What is left of the lots is what is pending and what is available.
select 'account ' || holder_id || ' ' || asset || ' has ' || pending || ' pending and ' || available
       || ' available, its lots hold ' || lot_pending || ' and ' || lot_available
  from (select coalesce(a.holder_id, l.member_id) as holder_id, coalesce(a.asset, l.asset) as asset,
               coalesce(a.pending, 0) as pending, coalesce(a.available, 0) as available,
               coalesce(l.pending, 0) as lot_pending, coalesce(l.available, 0) as lot_available
          from account a
          full join (select l.program_id, l.member_id, l.asset,
                            coalesce(sum(l.remaining) filter (where l.available_at > a.as_of), 0) as pending,
                            coalesce(sum(l.remaining) filter (where l.available_at <= a.as_of), 0) as available
                       from lot l
                       join account a on a.program_id = l.program_id and a.holder_id = l.member_id
                                     and a.asset = l.asset
                      group by 1, 2, 3) l
                 on l.program_id = a.program_id and l.member_id = a.holder_id and l.asset = a.asset
       ) as both_sides
 where pending <> lot_pending or available <> lot_available
 order by holder_id, asset limit (select 1)

-- name: lots_are_traced
-- What is left of a lot is what it was less what was taken from it.
select 'lot ' || l.id || ' has ' || l.remaining || ' left, the trace says '
       || l.amount - coalesce(u.amount, 0)
  from lot l
  left join (select program_id, member_id, lot_id, sum(amount) as amount
               from lot_use group by 1, 2, 3) u
         on u.program_id = l.program_id and u.member_id = l.member_id and u.lot_id = l.id
 where l.remaining <> l.amount - coalesce(u.amount, 0)
 order by l.id limit (select 1)

-- name: holds_are_held
-- What is held is what open holds reserve.
select 'account ' || holder_id || ' ' || asset || ' holds ' || held || ', its open holds reserve ' || reserved
  from (select coalesce(a.holder_id, h.member_id) as holder_id, coalesce(a.asset, h.asset) as asset,
               coalesce(a.held, 0) as held, coalesce(h.amount, 0) as reserved
          from account a
          full join (select program_id, member_id, asset, sum(amount) as amount
                       from hold where closed_at is null group by 1, 2, 3) h
                 on h.program_id = a.program_id and h.member_id = a.holder_id and h.asset = a.asset
       ) as both_sides
 where held <> reserved
 order by holder_id, asset limit (select 1)

-- name: nothing_overdue
-- An account knows of the next thing that falls due on it.
select 'account ' || a.holder_id || ' ' || a.asset || ' does not know that something is due at '
       || min(d.due)
  from account a
  join lateral (select unnest(array[l.available_at, l.expires_at]) as due from lot l
                 where l.program_id = a.program_id and l.member_id = a.holder_id
                   and l.asset = a.asset and l.remaining > 0) d on d.due > a.as_of
 where a.next_due_at is null or d.due < a.next_due_at
 group by a.holder_id, a.asset order by 1 limit (select 1)

-- name: transfers_arrive
-- What one member sends another receives, in the same activity.
select 'transfer ' || activity_id || ' is off by ' || sum(amount) || ' ' || asset
  from posting where against = 'transferred'
 group by program_id, activity_id, asset having sum(amount) <> 0
 order by activity_id limit (select 1)

-- name: causes_add_up
-- What the causes were given is what the members gave.
select 'the causes of program ' || program_id || ' were given ' || given || ', the members gave ' || taken
  from (select coalesce(c.program_id, p.program_id) as program_id, coalesce(c.given, 0) as given,
               coalesce(p.taken, 0) as taken
          from (select program_id, sum(used) as given from counter
                 where campaign like 'cause:%' and scope = 'given' group by 1) c
          full join (select program_id, -sum(amount) as taken
                       from (select program_id, amount from posting where against = 'donated'
                              union all
                             select program_id, amount from month_carried
                              where against = 'donated') w
                      group by 1) p on p.program_id = c.program_id
       ) as both_sides
 where given <> taken
 order by program_id limit (select 1)

-- name: households_have_heads
-- Whoever belongs together has one head; nobody belongs to what was dissolved.
select 'household ' || h.id || ' has ' || count(m.*) || ' members and '
       || count(m.*) filter (where m.role = 'head') || ' heads'
  from household h
  left join household_member m on m.program_id = h.program_id and m.household_id = h.id
                              and m.left_at is null
 group by h.program_id, h.id, h.dissolved_at
having count(m.*) filter (where m.role = 'head') <> (h.dissolved_at is null)::integer
    or (h.dissolved_at is not null and count(m.*) > 0)
 order by h.id limit (select 1)

-- name: keys_have_activities
-- Every idempotency key leads to the activity it recorded.
select 'key ' || i.key || ' leads to no activity'
  from idempotency i
  left join activity a on a.program_id = i.program_id and a.id = i.activity_id
 where a.id is null
   and not exists (select from month_detached m where i.activity_id < m.until_id
                      and (m.from_id is null or i.activity_id >= m.from_id))
 order by i.key limit (select 1)

-- name: postings_have_activities
-- Every posting has a cause that is recorded, except what happens by time alone.
select 'posting ' || p.id || ' (' || p.kind || ') has no recorded cause'
  from posting p
  left join activity a on a.program_id = p.program_id and a.id = p.activity_id
 where a.id is null and p.kind not in ('expire')
   and not exists (select from month_detached m where p.activity_id < m.until_id
                      and (m.from_id is null or p.activity_id >= m.from_id))
 order by p.seq limit (select 1)

-- name: budgets_within_limits
-- No campaign was used more often, or cost more, than the widest limit any revision gave it. Whoever
-- was merged may have used, together with the others, as often as each of them.
select 'campaign ' || c.campaign || ' used ' || c.used || ' of its ' || c.scope || ' ' || l.most
  from counter c
  join (select r.program_id, k ->> 'id' as campaign, limits.key as scope,
               max(limits.value::bigint) as most
          from revision r
         cross join jsonb_array_elements(r.document -> 'campaigns') as k
         cross join jsonb_each_text(case when jsonb_typeof(k -> 'limits') = 'object'
                                         then k -> 'limits' else '{}' end) as limits
         where limits.value is not null
         group by 1, 2, 3
         union all
        select c.program_id, c.campaign, c.asset || ':' || scope.key, max(scope.value::bigint)
          from (select r.program_id, k ->> 'id' as campaign, caps.key as asset, caps.value as caps
                  from revision r
                 cross join jsonb_array_elements(r.document -> 'campaigns') as k
                 cross join jsonb_each(case when jsonb_typeof(k -> 'caps') = 'object'
                                            then k -> 'caps' else '{}' end) as caps
                 union all
                select r.program_id, '', a.key, a.value -> 'caps'
                  from revision r
                 cross join jsonb_each(case when jsonb_typeof(r.document -> 'assets') = 'object'
                                            then r.document -> 'assets' else '{}' end) as a) c
         cross join jsonb_each_text(case when jsonb_typeof(c.caps) = 'object'
                                         then c.caps else '{}' end) as scope
         where scope.value is not null
         group by 1, 2, 3) l
    on l.program_id = c.program_id and l.campaign = c.campaign and l.scope = c.scope
 where c.used > l.most * (1 + (select count(*) from member m where m.program_id = c.program_id
                                and m.merged_into = c.member_id))
 order by c.program_id, c.campaign, c.scope limit (select 1)

-- name: rewards_within_stock
-- No reward was taken more often than the widest stock, or limit for each member, of any revision.
select 'reward ' || substr(c.campaign, 8) || ' was taken ' || c.used || ' times of its ' || c.scope
       || ' ' || l.most
  from counter c
  join (select r.program_id, 'reward:' || w.key as campaign, s.scope,
               max((w.value ->> s.field)::bigint) as most,
               bool_or(w.value ->> s.field is null) as unlimited
          from revision r
         cross join jsonb_each(r.document -> 'rewards') as w
         cross join (values ('total', 'stock'), ('per_member', 'per_member')) as s (scope, field)
         group by 1, 2, 3) l
    on l.program_id = c.program_id and l.campaign = c.campaign and l.scope = c.scope
 where not l.unlimited
   and c.used > l.most * (1 + (select count(*) from member m where m.program_id = c.program_id
                                and m.merged_into = c.member_id))
 order by c.program_id, c.campaign, c.scope limit (select 1)

-- name: rewards_within_places
-- At no place more of a reward is taken than came in.
select 'reward ' || substr(went.campaign, 8) || ' was taken ' || went.used || ' times at '
       || substr(went.scope, 4) || ', where ' || coalesce(came.used, 0) || ' came in'
  from counter went
  left join counter came on came.program_id = went.program_id and came.member_id = went.member_id
                        and came.campaign = went.campaign and came.day = went.day
                        and came.scope = 'in:' || substr(went.scope, 4)
 where went.campaign like 'reward:%' and went.scope like 'at:%' and went.used > coalesce(came.used, 0)
 order by went.program_id, went.campaign, went.scope limit (select 1)

-- name: gift_cards_hold_money
-- Money is on gift cards only, gift cards hold the currency of their program only, owe nothing, and
-- hold nothing once they were taken back.
select 'account ' || coalesce(a.holder_id::text, '?') || ' ' || a.asset || ' has '
       || a.pending + a.available + a.held - a.owed
       || case when c.id is null then ' and is no gift card' else ' on a gift card that is ' || c.state end
  from account a
  join program p on p.id = a.program_id
  left join gift_card c on c.program_id = a.program_id and c.id = a.holder_id
 where (a.asset = p.currency) <> (c.id is not null)
    or (c.id is not null and (a.owed > 0 or (c.state = 'cancelled'
                                             and a.pending + a.available + a.held > 0)))
 order by a.holder_id, a.asset limit (select 1)

-- name: programs
select id from program order by id

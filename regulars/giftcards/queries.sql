-- Reading gift cards without locking them.

-- name: card
-- A card with what can be spent of it at an instant, in a currency.
select c.code, c.definition, c.state, c.pin, extract(epoch from c.expires_at)::bigint,
       coalesce((select sum(l.remaining) from lot l
                  where l.program_id = c.program_id and l.member_id = c.id and l.asset = $3::text
                    and l.available_at <= to_timestamp($4::bigint)
                    and (l.expires_at is null or l.expires_at > to_timestamp($4::bigint))), 0)::bigint
  from gift_card c
 where c.program_id = $1::uuid and c.code = $2::text

-- name: standing
-- The last word on each consent of a member.
select distinct on (consent) consent, purpose, channel, given, text_version, at, actor
  from consent
 where program_id = $1::uuid and member_id = $2::uuid
 order by consent, number desc

-- name: history
select consent, purpose, channel, given, text_version, at, actor
  from consent
 where program_id = $1::uuid and member_id = $2::uuid
 order by number

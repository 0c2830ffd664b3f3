# Puts one file of the database's log into the archive: whole or not at all, on disk before it
# counts, and never in another one's place. PostgreSQL calls it as the user it runs as, keeps the
# file until this ends with 0, and calls again otherwise.
#
#   sh archive.sh PATH NAME FOLDER
set -eu
target="$3/$2.gz"
part="$3/$2.$$.part"
if [ -e "$target" ]; then
    # Archived before, and the answer was lost in a crash: the same content is well.
    gzip -dc "$target" | cmp -s - "$1" && exit 0
    echo "regulars: $target is there already and is another file; nothing was overwritten" >&2
    exit 1
fi
trap 'rm -f "$part"' EXIT
umask 077
gzip -1 -n -c "$1" >"$part"
sync "$part"
mv -n "$part" "$target" || true
if [ -e "$part" ]; then
    echo "regulars: $target came into being meanwhile; nothing was overwritten" >&2
    exit 1
fi
sync "$3"

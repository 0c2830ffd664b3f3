// What the browser keeps: settings, prices once typed, and receipts until they are recorded.

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("regulars-till", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("receipts", { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** One transaction; resolves when it is on disk, not before. */
async function within(store, mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(store, mode, { durability: "strict" });
    let answer;
    work(transaction.objectStore(store), (value) => { answer = value; });
    transaction.oncomplete = () => resolve(answer);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

function read(store, ask) {
  return within(store, "readonly", (table, tell) => {
    const asked = ask(table);
    asked.onsuccess = () => tell(asked.result);
  });
}

export const get = (name) => read("kept", (table) => table.get(name));
export const put = (name, value) => within("kept", "readwrite", (table) => { table.put(value, name); });
export const receipts = () => read("receipts", (table) => table.getAll());
export const keep = (item) => within("receipts", "readwrite", (table) => { table.put(item); });
export const forget = (id) => within("receipts", "readwrite", (table) => { table.delete(id); });

/** The next number of a name, counted once however many windows ask. */
export function count(name) {
  return within("kept", "readwrite", (table, tell) => {
    const asked = table.get(name);
    asked.onsuccess = () => {
      const next = (asked.result ?? 0) + 1;
      table.put(next, name);
      tell(next);
    };
  });
}

// Package backup writes one file from which a home is whole again, and makes a
// home of such a file.
//
// A backup is a tar. First comes registry.db, the register at one moment, in
// SQLite whatever database it is kept in; then the original bytes of every file
// that this registry refers to; then the other files of the home, by the part
// that they play (osmsd.yaml, requests.key …). They come after the moment of the
// registry, and that does no harm: originals never change and are named by their
// digest, so what the registry refers to is there. An original that was destroyed
// in between is the one exception, and the backup is then made again.
//
// The last entry, manifest.json, lists every entry before it, in order, with its
// length and digest, and ends with a digest of itself. It proves that a backup is
// whole and as it was written, not by whom: who can write the file can write
// another manifest. What the register says is proved by its own audit chain,
// which is looked through after every restore.
//
// Nothing is ever seen half done. A backup is written in a temporary folder and
// gets its name at the end; a restore reads the whole file before it writes
// anything, and puts the registry in its place last.
package backup

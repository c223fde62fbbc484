// Package intake takes files in and hands files out, so that nothing is read
// half written, nothing is lost, and nothing that a stranger can put into a
// drop folder makes the program read, wait for or remove another file.
//
// The life of a dropped file:
//
//	Poll   the folders are listed; a file at rest and complete is ready
//	Claim  its bytes go through one descriptor into the archive and the hash
//	       … the caller reads the archived copy and commits to the registry …
//	Done   the file leaves the folder, if it is still the very one claimed
//
// The digest is the memory between these steps. After a crash anywhere the
// file is still in the folder: it is claimed again, has the same digest, and
// the registry knows it. So the order matters: keep, commit, and only then
// remove.
//
// A name counts only when it is on the disk: a file is written under a
// temporary name, synced, renamed and its folder synced (Archive.Keep,
// HandOut). Temporary files are locked by their writer, so that what a crash
// leaves behind can be told from what another process is writing.
//
// Names are chosen by strangers. They never become paths outside their folder
// (os.Root, links refused), and are shown and handed out only through Shown
// and SafeName, which mask personal numbers.
package intake

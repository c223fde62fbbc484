// Package remote fetches files from other people's servers and puts files on
// them: folders over SFTP and buckets of S3-compatible stores. Both directions
// are here because what is hard is the same in both: whom one talks to, how long
// one waits, and when a file is whole.
//
// A server is not trusted. Its host key is pinned; it is never reached at a
// link-local address, where machines in clouds keep their credentials, and
// never followed elsewhere; every read and write has a deadline and a whole
// visit has one too; a listing is bounded in bytes and in entries. A name that
// it gives is asked for under that name and nothing else: files are placed here
// under names that we make.
//
// A file is fetched as one version (Entry): size, time of modification and, in
// a bucket, the ETag. What differs before, while or after it is read is another
// version, to be fetched at another visit (Changed). Whether a file is at rest,
// was fetched before, or may be moved away, the caller remembers; nothing here
// outlives a visit.
package remote

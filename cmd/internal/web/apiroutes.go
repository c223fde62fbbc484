package web

import (
	"bytes"

	"osmsd/sync/osms"
)

// apiRoutes are the rows of the API: who may ask for each operation, and what a
// token needs. newAPI holds them against the document.
func (s *Server) apiRoutes() []route {
	const (
		read, upload, statements, manage = osms.ScopeRead, osms.ScopeUpload, osms.ScopeStatements, osms.ScopeManage
		senders                          = akimat | admin
		office                           = fund | admin
		watchers                         = admin | auditor
	)
	answered := (*ask).operate
	return []route{
		{"GET /api", everybody, "", (*ask).apiPage},
		{"GET /api/v1/openapi.json", everybody, read, (*ask).apiDocument},
		{"GET /api/v1/openapi.yaml", everybody, read, (*ask).apiDocument},

		{"GET /api/v1/files", everybody, read, answered},
		{"POST /api/v1/files", senders, upload, (*ask).apiSend},
		{"GET /api/v1/uploads/{id}", senders, read, answered},
		{"GET /api/v1/files/{id}", everybody, read, answered},
		{"GET /api/v1/files/{id}/receipt.pdf", everybody, read, (*ask).fileReceipt},
		{"GET /api/v1/files/{id}/returned", everybody, read, (*ask).fileReturned},
		{"GET /api/v1/files/{id}/original", akimat | admin | auditor, read, (*ask).fileOriginal},

		{"GET /api/v1/held", everybody, read, answered},
		{"POST /api/v1/held/{hash}/release", admin, manage, answered},
		{"POST /api/v1/held/{hash}/refuse", admin, manage, answered},
		{"POST /api/v1/imports/{id}/undo", admin, manage, answered},

		{"GET /api/v1/runs", staff, read, answered},
		{"POST /api/v1/runs", admin, manage, answered},
		{"GET /api/v1/runs/{id}", staff, read, answered},
		{"POST /api/v1/runs/{id}/cancel", admin, manage, answered},

		{"GET /api/v1/months/{month}", everybody, read, answered},
		{"GET /api/v1/months/{month}/missing", everybody, read, answered},
		{"GET /api/v1/months/{month}/overlaps", staff, read, answered},
		{"POST /api/v1/overlaps/{number}/decide", fund | admin, manage, answered},
		{"GET /api/v1/reconciliation/{month}", staff, read, answered},
		{"GET /api/v1/reconciliation/{month}/{region}/{kind}", staff, read, answered},

		{"POST /api/v1/persons/query", staff, read, answered},
		{"POST /api/v1/statements", office, statements, answered},
		{"GET /api/v1/statements/{number}", fund | admin, statements, answered},
		{"GET /api/v1/statements/{number}/statement.pdf", fund | admin, statements, (*ask).apiStatementPDF},
		{"GET /api/v1/statements/{number}/statement.xlsx", fund | admin, statements, (*ask).apiStatementXLSX},
		{"POST /api/v1/statements/verify", staff, statements, answered},

		{"GET /api/v1/cases", everybody, read, answered},
		{"POST /api/v1/cases", akimat | admin, manage, answered},
		{"GET /api/v1/cases/{number}", everybody, read, answered},
		{"POST /api/v1/cases/{number}/step", akimat | admin, manage, answered},

		{"GET /api/v1/letters", everybody, read, answered},
		{"GET /api/v1/letters/{number}/letter.pdf", everybody, read, (*ask).apiLetterPDF},
		{"POST /api/v1/letters/{number}/annul", admin, manage, answered},
		{"GET /api/v1/template", akimat | admin, read, (*ask).apiTemplate},

		{"GET /api/v1/users", admin, manage, answered},
		{"POST /api/v1/users", admin, manage, answered},
		{"POST /api/v1/users/{login}", admin, manage, answered},
		{"POST /api/v1/users/{login}/password", admin, manage, answered},
		{"GET /api/v1/users/{login}/tokens", admin, manage, answered},
		{"POST /api/v1/users/{login}/tokens", admin, manage, answered},
		{"POST /api/v1/users/{login}/tokens/{id}/revoke", admin, manage, answered},

		{"GET /api/v1/audit/entries", watchers, read, answered},
		{"POST /api/v1/audit/verify", watchers, read, answered},
		{"POST /api/v1/access/query", watchers, read, answered},
		{"GET /api/v1/settings", staff, read, answered},
	}
}

// publish writes the document down once: it does not change while the program
// runs.
func (a *api) publish() error {
	var b bytes.Buffer
	if err := writeJSON(&b, a.huma.OpenAPI()); err != nil {
		return err
	}
	a.json = b.Bytes()
	var err error
	if a.yaml, err = a.huma.OpenAPI().YAML(); err != nil {
		return err
	}
	a.sections, a.shapes = sectionsOf(a), shapesOf(a.huma.OpenAPI())
	return nil
}

// apiDocument gives the document.
func (q *ask) apiDocument() error {
	data, kind := q.s.api.json, "application/json"
	if q.route.pattern == "GET /api/v1/openapi.yaml" {
		data, kind = q.s.api.yaml, "application/yaml"
	}
	q.w.Header().Set("Content-Type", kind)
	_, _ = q.w.Write(data)
	return nil
}

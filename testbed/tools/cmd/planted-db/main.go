// Command planted-db writes a vulnerability database in Trivy's own format which knows exactly two vulnerabilities, one
// of an npm package and one of a Debian package, so that scanning can be tested without downloading the real one.
//
//	planted-db FOLDER        writes FOLDER/db/trivy.db and FOLDER/db/metadata.json
package main

import (
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/metadata"
	"github.com/aquasecurity/trivy-db/pkg/types"
	bolt "go.etcd.io/bbolt"
)

type planted struct {
	bucket, pkg, id string
	source          types.DataSource
	advisory        types.Advisory
	vulnerability   types.Vulnerability
}

var all = []planted{
	{
		bucket:   "npm::GitHub Security Advisory Npm",
		pkg:      "minimist",
		id:       "CVE-2021-44906",
		source:   types.DataSource{ID: "ghsa", Name: "GitHub Security Advisory Npm", URL: "https://github.com/advisories"},
		advisory: types.Advisory{VulnerableVersions: []string{">=1.0.0, <1.2.6"}, PatchedVersions: []string{"1.2.6"}},
		vulnerability: types.Vulnerability{
			Title:          "minimist: prototype pollution",
			Description:    "Planted by the testbed: minimist before 1.2.6 lets an argument change Object.prototype.",
			Severity:       types.SeverityCritical.String(),
			VendorSeverity: types.VendorSeverity{"ghsa": types.SeverityCritical},
		},
	},
	{
		bucket:   "debian 12",
		pkg:      "libwebp",
		id:       "CVE-2023-4863",
		source:   types.DataSource{ID: "debian", Name: "Debian Security Tracker", URL: "https://salsa.debian.org/security-tracker-team/security-tracker"},
		advisory: types.Advisory{FixedVersion: "1.2.4-0.2+deb12u1"},
		vulnerability: types.Vulnerability{
			Title:          "libwebp: heap buffer overflow",
			Description:    "Planted by the testbed: a crafted lossless image makes libwebp write past the end of a buffer.",
			Severity:       types.SeverityHigh.String(),
			VendorSeverity: types.VendorSeverity{"nvd": types.SeverityHigh},
		},
	},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: planted-db FOLDER")
	}
	if err := write(filepath.Join(os.Args[1], "db")); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := db.Init(dir); err != nil {
		return err
	}
	config := db.Config{}
	err := config.BatchUpdate(func(tx *bolt.Tx) error {
		for _, p := range all {
			if err := config.PutDataSource(tx, p.bucket, p.source); err != nil {
				return err
			}
			if err := config.PutAdvisory(tx, []string{p.bucket, p.pkg}, p.id, p.advisory); err != nil {
				return err
			}
			if err := config.PutVulnerability(tx, p.id, p.vulnerability); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	// Never due, so that a scan which forgets --skip-db-update does not try to replace it.
	now := time.Now().UTC()
	return metadata.NewClient(dir).Update(metadata.Metadata{
		Version: db.SchemaVersion, UpdatedAt: now, DownloadedAt: now, NextUpdate: now.AddDate(50, 0, 0),
	})
}

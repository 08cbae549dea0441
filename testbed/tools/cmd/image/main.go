// Command image pushes an image of one new layer, made from a folder, without any container daemon.
//
//	image [-from REF] [-entrypoint "node index.js"] [-user UID] [-env A=B]… [-ca FILE -login USER:PASSWORD] FOLDER REF…
//
// It prints the digest. The same folder gives the same digest: names are sorted, owners are root and times are zero.
package main

import (
	"archive/tar"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	log.SetFlags(0)
	var env list
	from := flag.String("from", "", "image to put the layer on; none: an empty one")
	entrypoint := flag.String("entrypoint", "", "entry point, words separated by spaces")
	user := flag.String("user", "", "user that the container runs as")
	workdir := flag.String("workdir", "", "working directory")
	ca := flag.String("ca", "", "file with the registry's CA certificate")
	login := flag.String("login", "", "name of the variable which holds USER:PASSWORD")
	flag.Var(&env, "env", "NAME=value, may be repeated")
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}
	options, err := access(*ca, os.Getenv(*login))
	if err != nil {
		log.Fatal(err)
	}
	image, err := build(*from, flag.Arg(0), options)
	if err != nil {
		log.Fatal(err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		log.Fatal(err)
	}
	config := file.Config
	config.Env = append(config.Env, env...)
	if *entrypoint != "" {
		config.Entrypoint, config.Cmd = strings.Fields(*entrypoint), nil
	}
	if *user != "" {
		config.User = *user
	}
	if *workdir != "" {
		config.WorkingDir = *workdir
	}
	if image, err = mutate.Config(image, config); err != nil {
		log.Fatal(err)
	}
	for _, target := range flag.Args()[1:] {
		ref, err := name.ParseReference(target)
		if err != nil {
			log.Fatal(err)
		}
		if err := remote.Write(ref, image, options...); err != nil {
			log.Fatalf("pushing %s: %v", ref, err)
		}
	}
	digest, err := image.Digest()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(digest)
}

func access(ca, login string) ([]remote.Option, error) {
	var options []remote.Option
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
		options = append(options, remote.WithTransport(transport))
	}
	if user, password, ok := strings.Cut(login, ":"); ok {
		options = append(options, remote.WithAuth(&authn.Basic{Username: user, Password: password}))
	}
	return options, nil
}

func build(from, dir string, options []remote.Option) (v1.Image, error) {
	base := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	base = mutate.ConfigMediaType(base, types.OCIConfigJSON)
	if from == "" {
		file, err := base.ConfigFile()
		if err != nil {
			return nil, err
		}
		file = file.DeepCopy()
		file.OS, file.Architecture = "linux", runtime.GOARCH
		if base, err = mutate.ConfigFile(base, file); err != nil {
			return nil, err
		}
	} else {
		ref, err := name.ParseReference(from)
		if err != nil {
			return nil, err
		}
		if base, err = remote.Image(ref, options...); err != nil {
			return nil, err
		}
	}
	packed, err := pack(dir)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed)), nil },
		tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	return mutate.AppendLayers(base, layer)
}

func pack(root string) ([]byte, error) {
	var out bytes.Buffer
	writer := tar.NewWriter(&out)
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		link := ""
		if info.Mode()&fs.ModeSymlink != 0 {
			if link, err = os.Readlink(path); err != nil {
				return err
			}
		}
		header, err := tar.FileInfoHeader(info, link)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		// Only what a container sees: no owner, time or extended header of this machine.
		clean := tar.Header{Typeflag: header.Typeflag, Name: relative, Linkname: link, Size: header.Size, Mode: header.Mode, Format: tar.FormatPAX}
		if info.IsDir() {
			clean.Name += "/"
		}
		if err := writer.WriteHeader(&clean); err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(writer, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

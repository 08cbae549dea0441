// Command node-helper does two small jobs for the one-node cluster: it hands on connections that pods make to the API
// server (which listens on loopback only), and it provides the default StorageClass with folders that any user can write.
//
//	node-helper -kubeconfig FILE -listen NODE_IP:6443 -api 127.0.0.1:6443 -volumes FOLDER
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"net"
	"os/signal"
	"sync"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	listen := flag.String("listen", "", "address that pods use")
	api := flag.String("api", "", "address of the API server")
	volumes := flag.String("volumes", "", "folder that holds the volumes")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	go relay(listener, *api)

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatal(err)
	}
	if err := provide(ctx, client, *volumes); err != nil {
		log.Fatal(err)
	}
}

func relay(listener net.Listener, target string) {
	for {
		in, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer in.Close()
			out, err := net.Dial("tcp", target)
			if err != nil {
				log.Print(err)
				return
			}
			defer out.Close()
			var both sync.WaitGroup
			both.Add(2)
			hand := func(to, from net.Conn) {
				defer both.Done()
				_, _ = io.Copy(to, from)
				_ = to.(*net.TCPConn).CloseWrite()
			}
			go hand(out, in)
			go hand(in, out)
			both.Wait()
		}()
	}
}

package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// provisioner is the name that the StorageClass gives.
const provisioner = "launchpad.testbed/folder"

// provide makes a volume for every pending claim of our classes and removes the volumes of claims that are gone. Every
// object comes by again each minute, so that what failed once is tried again.
func provide(ctx context.Context, client kubernetes.Interface, root string) error {
	factory := informers.NewSharedInformerFactory(client, time.Minute)
	classes := factory.Storage().V1().StorageClasses().Lister()
	claim := func(object any) {
		c, ok := object.(*core.PersistentVolumeClaim)
		if !ok || c.Status.Phase != core.ClaimPending || c.DeletionTimestamp != nil || c.Spec.StorageClassName == nil || c.Spec.VolumeName != "" {
			return
		}
		class, err := classes.Get(*c.Spec.StorageClassName)
		if err != nil || class.Provisioner != provisioner {
			return
		}
		if err := create(ctx, client, c, filepath.Join(root, string(c.UID))); err != nil {
			log.Printf("volume for %s/%s: %v", c.Namespace, c.Name, err)
		}
	}
	volume := func(object any) {
		v, ok := object.(*core.PersistentVolume)
		if !ok || v.Annotations["pv.kubernetes.io/provisioned-by"] != provisioner || v.Status.Phase != core.VolumeReleased ||
			v.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete || v.Spec.HostPath == nil {
			return
		}
		if filepath.Dir(v.Spec.HostPath.Path) != filepath.Clean(root) {
			return
		}
		err := os.RemoveAll(v.Spec.HostPath.Path)
		if err == nil {
			err = client.CoreV1().PersistentVolumes().Delete(ctx, v.Name, meta.DeleteOptions{})
		}
		if err != nil && !errors.IsNotFound(err) {
			log.Printf("removing volume %s: %v", v.Name, err)
		}
	}
	for _, watched := range []struct {
		informer cache.SharedIndexInformer
		handle   func(any)
	}{
		{factory.Storage().V1().StorageClasses().Informer(), func(any) {}},
		{factory.Core().V1().PersistentVolumeClaims().Informer(), claim},
		{factory.Core().V1().PersistentVolumes().Informer(), volume},
	} {
		_, err := watched.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    watched.handle,
			UpdateFunc: func(_, now any) { watched.handle(now) },
		})
		if err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}

func create(ctx context.Context, client kubernetes.Interface, c *core.PersistentVolumeClaim, folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	// The folder belongs to root and fsGroup does not work on hostPath volumes: open it to every user, umask or not.
	if err := os.Chmod(folder, 0o777); err != nil {
		return err
	}
	kind := core.HostPathDirectory
	_, err := client.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{
			Name:        "pvc-" + string(c.UID),
			Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": provisioner},
		},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      core.ResourceList{core.ResourceStorage: c.Spec.Resources.Requests[core.ResourceStorage]},
			AccessModes:                   c.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimDelete,
			StorageClassName:              *c.Spec.StorageClassName,
			VolumeMode:                    c.Spec.VolumeMode,
			ClaimRef: &core.ObjectReference{
				Kind: "PersistentVolumeClaim", APIVersion: "v1", Namespace: c.Namespace, Name: c.Name, UID: c.UID,
			},
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: folder, Type: &kind},
			},
		},
	}, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

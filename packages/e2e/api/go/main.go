// Compares two photos: compare SERVICE SOURCE TARGET
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"example.com/compare/faces"
)

//go:generate mkdir -p faces
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config oapi-codegen.yaml openapi.json

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, service, source, target string) error {
	client, err := faces.NewClientWithResponses(service)
	if err != nil {
		return err
	}
	sourcePhoto, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	targetPhoto, err := os.ReadFile(target)
	if err != nil {
		return err
	}

	noVectors := false
	analyzed, err := client.AnalyzeFacesWithBodyWithResponse(ctx, &faces.AnalyzeFacesParams{FaceHash: &noVectors},
		"application/octet-stream", bytes.NewReader(sourcePhoto))
	if err != nil {
		return err
	}
	if analyzed.JSON200 == nil {
		return problem(analyzed.HTTPResponse, analyzed.Body)
	}
	fmt.Printf("%s: %d faces\n", filepath.Base(source), len(analyzed.JSON200.Faces))

	var request faces.CompareRequest
	if err := request.Source.FromImageData(faces.ImageData{Img: sourcePhoto}); err != nil {
		return err
	}
	if err := request.Target.FromImageData(faces.ImageData{Img: targetPhoto}); err != nil {
		return err
	}
	compared, err := client.CompareFacesWithResponse(ctx, nil, request)
	if err != nil {
		return err
	}
	if err := show("base64", compared); err != nil {
		return err
	}

	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	if err := addFile(parts, "source", sourcePhoto); err != nil {
		return err
	}
	if err := addFile(parts, "target", targetPhoto); err != nil {
		return err
	}
	if err := parts.Close(); err != nil {
		return err
	}
	compared, err = client.CompareFacesWithBodyWithResponse(ctx, nil, parts.FormDataContentType(), &form)
	if err != nil {
		return err
	}
	return show("form", compared)
}

func addFile(parts *multipart.Writer, name string, photo []byte) error {
	part, err := parts.CreateFormFile(name, name)
	if err != nil {
		return err
	}
	_, err = part.Write(photo)
	return err
}

func show(how string, compared *faces.CompareFacesResponse) error {
	if compared.JSON200 == nil {
		return problem(compared.HTTPResponse, compared.Body)
	}
	fmt.Printf("%s: matches", how)
	for i, match := range compared.JSON200.FaceMatches {
		if i > 0 {
			fmt.Print(",")
		}
		fmt.Printf(" %.1f", match.Similarity)
	}
	fmt.Printf("; %d other faces\n", len(compared.JSON200.UnmatchedFaces))
	return nil
}

// The error that the service answered; each status has a field of its own in the response, and all of them this type.
func problem(response *http.Response, body []byte) error {
	var problem faces.Problem
	if err := json.Unmarshal(body, &problem); err != nil {
		return fmt.Errorf("the service answered %s", response.Status)
	}
	return fmt.Errorf("%s: %s", problem.Code, problem.Detail)
}
